-- One row per dimension, month end and value on the book: balance and share, the limit of the share, since when it is
-- beyond it, and the concentration of the dimension. Industries count by section of GB/T 4754, the letter of the code.
-- A limit `limit.<dimension>.<value>` holds for the whole book, so only a breach shows in a part of it.
with cut as (
    select
        month_end,
        case
            when grouping(industry) = 0 then 'industry'
            when grouping(region) = 0 then 'region'
            when grouping(branch) = 0 then 'branch'
            when grouping(product) = 0 then 'product'
            when grouping(collateral_kind) = 0 then 'collateral_kind'
            else 'borrower_kind'
        end as dimension,
        coalesce(industry, region, branch, product, collateral_kind, borrower_kind) as code,
        sum(balance) as balance
    from scoped_segments($branches, $products)
    where month_end <= $month_end
        and (len($borrower_kinds) = 0 or list_contains($borrower_kinds, borrower_kind))
        and (len($collateral_kinds) = 0 or list_contains($collateral_kinds, collateral_kind))
        and (len($regions) = 0 or list_contains($regions, region))
        and (len($industries) = 0 or list_contains($industries, industry_section(industry)))
    group by grouping sets (
        (month_end, industry),
        (month_end, region),
        (month_end, branch),
        (month_end, product),
        (month_end, collateral_kind),
        (month_end, borrower_kind)
    )
    having sum(balance) > 0
),

sections as (
    select
        month_end,
        dimension,
        case when dimension = 'industry' then industry_section(code) else code end as value,
        string_agg(code, ',' order by code) as codes,
        sum(balance) as balance
    from cut
    group by all
),

shared as (
    select
        *,
        cast(balance as double) / sum(balance) over (partition by month_end, dimension) as share
    from sections
),

limits as (
    select
        split_part(param_id, '.', 2) as dimension,
        substring(param_id, len('limit.' || split_part(param_id, '.', 2) || '.') + 1) as value,
        try_cast(value as double) as share_limit,
        source,
        valid_from,
        valid_to
    from book_rules()
    where param_id like 'limit.%.%' and product = '*'
),

judged as (
    select
        shared.*,
        limits.share_limit,
        limits.source,
        shared.share > limits.share_limit as is_beyond,
        sum(shared.share * shared.share) over (partition by shared.month_end, shared.dimension) as hhi
    from shared
    left join limits
        on shared.dimension = limits.dimension
        and shared.value = limits.value
        and shared.month_end between limits.valid_from and limits.valid_to
),

held as (
    select
        dimension,
        value,
        max(month_end) filter (where not coalesce(is_beyond, false)) as last_held
    from judged
    group by dimension, value
),

broken as (
    select
        judged.dimension,
        judged.value,
        min(judged.month_end) as broken_since
    from judged
    inner join held on judged.dimension = held.dimension and judged.value = held.value
    where judged.is_beyond and (held.last_held is null or judged.month_end > held.last_held)
    group by judged.dimension, judged.value
)

select
    judged.month_end,
    judged.dimension,
    judged.value,
    judged.codes,
    judged.balance,
    judged.share,
    judged.share_limit,
    judged.source,
    broken.broken_since,
    judged.hhi,
    1 / judged.hhi as effective
from judged
left join broken on judged.dimension = broken.dimension and judged.value = broken.value
where judged.month_end >= $first
order by judged.dimension, judged.month_end, judged.balance desc, judged.value
