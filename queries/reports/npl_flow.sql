-- One row per month end: how opening non-performing balance became closing, to the cent (3.3).
-- opening + inflow - written_off - sold - cash - upgraded + drift = closing. What left by no other way was paid in
-- cash; a balance that grew (capitalised interest) is drift. Formation is gross and net of cash and upgrades.
with months as (
    select
        month_end,
        status,
        balance,
        opening_balance,
        npl_inflow_amount,
        coalesce(opening_class, 1) >= 3 as was_npl,
        status = 'active' and classification >= 3 as is_npl,
        written_off_amount,
        sold_amount
    from scoped_loan_months($branches, $products)
    where month_end between $first and $month_end
),

flows as (
    select
        month_end,
        case when was_npl then opening_balance else 0 end as opening,
        npl_inflow_amount as inflow,
        case when was_npl or npl_inflow_amount > 0 then written_off_amount else 0 end as written_off,
        case when was_npl or npl_inflow_amount > 0 then sold_amount else 0 end as sold,
        case when was_npl and status = 'active' and not is_npl then balance else 0 end as upgraded,
        case when is_npl then balance else 0 end as closing
    from months
    where was_npl or is_npl or npl_inflow_amount > 0
),

balanced as (
    select
        *,
        opening + inflow - written_off - sold - upgraded - closing as difference
    from flows
),

summed as (
    select
        month_end,
        sum(opening) as opening,
        sum(inflow) as inflow,
        sum(written_off) as written_off,
        sum(sold) as sold,
        sum(greatest(difference, 0)) as cash,
        sum(upgraded) as upgraded,
        sum(greatest(-difference, 0)) as drift,
        sum(closing) as closing
    from balanced
    group by month_end
),

gross as (
    select
        month_end,
        sum(opening_balance) as opening_gross
    from months
    group by month_end
),

formed as (
    select
        summed.*,
        gross.opening_gross,
        summed.closing - summed.opening + summed.written_off + summed.sold as formation_net,
        summed.closing - summed.opening + summed.written_off + summed.sold + summed.cash + summed.upgraded
            as formation_gross
    from summed
    inner join gross on summed.month_end = gross.month_end
)

select
    *,
    12 * cast(formation_gross as double) / nullif(opening_gross, 0) as formation_gross_rate,
    12 * cast(formation_net as double) / nullif(opening_gross, 0) as formation_net_rate
from formed
order by month_end
