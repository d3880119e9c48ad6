-- One row per loan on the book at a month end (`opened_on`) and each later month end: where its balance went between
-- the two (6.1, 3.4). New loans are not in it. What left keeps the state in which it left; a loan of which nothing is
-- recorded at the second month end is `missing`. The weight of a move is the opening balance; `kept_balance` is what
-- of it is still on the book, growth left out; `disposed_balance` what was written off, or sold when it was non-performing.
with pairs as (
    select
        opened.month_end as opened_on,
        closed.month_end,
        date_diff('month', opened.month_end, closed.month_end) as span
    from marts.month_ends as opened
    inner join marts.month_ends as closed on opened.month_end < closed.month_end
),

-- The last change of contract by the second month end: what became current by it was cured on paper.
restructured as (
    select
        loan_no,
        restructured_on,
        lead(restructured_on) over (partition by loan_no order by restructured_on) as next_on
    from marts.restructures
),

-- What is known of a loan at the second month end: how it stands or, when it had left before, in which state.
closings as (
    select
        loan_no,
        month_end,
        month_end as known_on,
        status,
        bucket,
        days_past_due,
        classification,
        balance,
        case when status = 'sold' then greatest(coalesce(classification, 1), coalesce(opening_class, 1)) end as sold_class
    from marts.loan_months
    union all
    select
        departures.loan_no,
        month_ends.month_end,
        departures.last_month_end as known_on,
        departures.status,
        null as bucket,
        null as days_past_due,
        null as classification,
        null as balance,
        departures.sold_class
    from marts.departures as departures
    inner join marts.month_ends as month_ends
        on departures.last_month_end < month_ends.month_end and departures.left_on <= month_ends.month_end
    where departures.status is not null
),

joined as (
    select
        pairs.opened_on,
        pairs.month_end,
        pairs.span,
        opening.loan_id,
        opening.borrower_id,
        opening.branch,
        opening.product,
        opening.balance as opening_balance,
        opening.days_past_due as opening_days,
        coalesce(opening.bucket, 'missing') as opening_bucket,
        opening.classification as opening_class,
        coalesce(closing.sold_class, opening.classification) as sold_class,
        closing.bucket,
        coalesce(closing.status, 'missing') as closing_status,
        case when closing.status = 'active' then closing.days_past_due end as days_past_due,
        case when closing.status = 'active' then closing.classification end as closing_class,
        case when closing.status = 'active' then closing.balance else 0 end as closing_balance,
        coalesce(restructured.restructured_on > pairs.opened_on, false) as is_changed
    from pairs
    inner join marts.loan_months as opening
        on pairs.opened_on = opening.month_end and opening.status = 'active' and opening.balance > 0
    -- Nothing is known last of a loan before it was on the book: a bound that reads few of those that left.
    left join closings as closing
        on pairs.month_end = closing.month_end
        and opening.loan_no = closing.loan_no
        and pairs.opened_on <= closing.known_on
    left join restructured
        on opening.loan_no = restructured.loan_no
        and pairs.month_end >= restructured.restructured_on
        and (restructured.next_on is null or pairs.month_end < restructured.next_on)
),

stated as (
    select
        *,
        least(opening_balance, closing_balance) as kept_balance,
        case when closing_status = 'active' then coalesce(bucket, 'missing') else closing_status end as to_state
    from joined
),

placed as (
    select
        *,
        opening_bucket not in ('current', 'missing') as was_late,
        case
            when to_state = 'written_off' or (to_state = 'sold' and sold_class >= 3) then opening_balance
            else 0
        end as disposed_balance,
        case when closing_class > opening_class then kept_balance else 0 end as worse_balance,
        case when closing_class >= 3 then kept_balance else 0 end as npl_balance,
        -- Cured: not a day past due any more, or paid off; with a change of contract meanwhile, it is cured on paper only.
        case
            when opening_bucket in ('current', 'missing') or to_state not in ('current', 'closed') then 'none'
            when is_changed then 'on_paper'
            else 'paid'
        end as cure,
        case
            when opening_bucket = 'current' then 1
            when opening_bucket = '1-30' then 2
            when opening_bucket = '31-60' then 3
            when opening_bucket = '61-90' then 4
            when opening_bucket = '91-180' then 5
            when opening_bucket = '181-360' then 6
            when opening_bucket = '360+' then 7
        end as was,
        case
            when to_state = 'current' then 1
            when to_state = '1-30' then 2
            when to_state = '31-60' then 3
            when to_state = '61-90' then 4
            when to_state = '91-180' then 5
            when to_state = '181-360' then 6
            when to_state = '360+' then 7
        end as became
    from stated
)

select
    opened_on,
    month_end,
    span,
    loan_id,
    borrower_id,
    branch,
    product,
    opening_bucket,
    opening_class,
    opening_days,
    to_state,
    closing_class,
    days_past_due,
    cure,
    1 as loans,
    opening_balance,
    closing_balance,
    kept_balance,
    disposed_balance,
    case when became > was then opening_balance else 0 end as forward_balance,
    case when became = was then opening_balance else 0 end as stayed_balance,
    case when became < was then opening_balance else 0 end as back_balance,
    case when was_late then 1 else 0 end as late_count,
    case when was_late then opening_balance else 0 end as late_balance,
    case when cure = 'paid' then 1 else 0 end as cured_count,
    case when cure = 'paid' then opening_balance else 0 end as cured_balance,
    case when cure = 'on_paper' then opening_balance else 0 end as admin_cured_balance,
    -- Official migration (3.4): `base` is opening less reduction, `down` the part of it that is now in a worse class;
    -- `adj` adds back to both, at its opening balance, what was written off or sold as non-performing.
    case when opening_class <= 2 then kept_balance else 0 end as performing_base,
    case when opening_class <= 2 then npl_balance else 0 end as performing_down,
    case when opening_class <= 2 then kept_balance + disposed_balance else 0 end as performing_base_adj,
    case when opening_class <= 2 then npl_balance + disposed_balance else 0 end as performing_down_adj,
    case when opening_class = 1 then kept_balance else 0 end as normal_base,
    case when opening_class = 1 then worse_balance else 0 end as normal_down,
    case when opening_class = 1 then kept_balance + disposed_balance else 0 end as normal_base_adj,
    case when opening_class = 1 then worse_balance + disposed_balance else 0 end as normal_down_adj,
    case when opening_class = 2 then kept_balance else 0 end as sm_base,
    case when opening_class = 2 then worse_balance else 0 end as sm_down,
    case when opening_class = 2 then kept_balance + disposed_balance else 0 end as sm_base_adj,
    case when opening_class = 2 then worse_balance + disposed_balance else 0 end as sm_down_adj,
    case when opening_class = 3 then kept_balance else 0 end as sub_base,
    case when opening_class = 3 then worse_balance else 0 end as sub_down,
    case when opening_class = 3 then kept_balance + disposed_balance else 0 end as sub_base_adj,
    case when opening_class = 3 then worse_balance + disposed_balance else 0 end as sub_down_adj,
    case when opening_class = 4 then kept_balance else 0 end as doubtful_base,
    case when opening_class = 4 then worse_balance else 0 end as doubtful_down,
    case when opening_class = 4 then kept_balance + disposed_balance else 0 end as doubtful_base_adj,
    case when opening_class = 4 then worse_balance + disposed_balance else 0 end as doubtful_down_adj
from placed
