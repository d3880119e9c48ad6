-- One row per month end: the loss allowance against the higher of two standards, each a dated parameter (3.5).
-- requirement = max(lpr_min x gross, pcr_min x npl); gap = allowance - requirement, a surplus when above 0. Where a
-- minimum is not set that day, its standard asks for nothing; with neither, there is no requirement.
with months as (
    select
        month_end,
        sum(balance) as gross,
        sum(npl_balance) as npl,
        sum(allowance) as allowance
    from scoped_portfolio($branches, $products)
    where month_end between $first and $month_end
    group by month_end
),

limits as (
    select
        param_id,
        cast(value as decimal(12, 8)) as minimum,
        valid_from,
        valid_to
    from book_rules()
    where param_id in ('limit.loan_provision_ratio', 'limit.provision_coverage')
        and product = '*'
),

standards as (
    select
        months.*,
        ratios.minimum as lpr_min,
        coverages.minimum as pcr_min,
        cast(round(ratios.minimum * months.gross, 2) as decimal(18, 2)) as by_ratio,
        cast(round(coverages.minimum * months.npl, 2) as decimal(18, 2)) as by_coverage
    from months
    left join limits as ratios
        on ratios.param_id = 'limit.loan_provision_ratio'
        and months.month_end between ratios.valid_from and ratios.valid_to
    left join limits as coverages
        on coverages.param_id = 'limit.provision_coverage'
        and months.month_end between coverages.valid_from and coverages.valid_to
)

select
    *,
    greatest(by_ratio, by_coverage) as requirement,
    allowance - greatest(by_ratio, by_coverage) as gap,
    case
        when by_coverage > coalesce(by_ratio, -1) then 'coverage'
        when by_ratio is not null then 'ratio'
    end as binding,
    cast(allowance as double) / nullif(npl, 0) as provision_coverage,
    cast(allowance as double) / nullif(gross, 0) as loan_provision_ratio
from standards
order by month_end
