-- One row per borrower on the book and month end on which it has any fact that a warning rule may ask: an account here,
-- a statement, debts elsewhere, or something is wrong. What is kept of a fact is in data/kept_facts.py. Families
-- financial and external of section 9.1, and the behaviour of accounts and lines.
with together as (
    select * from intermediate.account_facts
    union all by name
    select * from intermediate.statement_facts
    union all by name
    select * from intermediate.outside_facts
),

facts as (
    select
        borrower_id,
        month_end,
        max(least_utilisation_3m) as least_utilisation_3m,
        max(over_limit_days) as over_limit_days,
        min(inflow_change) as inflow_change,
        max(account_shortfall) as account_shortfall,
        min(revenue_change) as revenue_change,
        max(negative_cash_flow_periods) as negative_cash_flow_periods,
        max(debt_ratio) as debt_ratio,
        max(industry_debt_ratio) as industry_debt_ratio,
        max(debt_ratio_change) as debt_ratio_change,
        min(current_ratio) as current_ratio,
        min(interest_coverage) as interest_coverage,
        min(debt_service_coverage) as debt_service_coverage,
        max(turnover_days_change) as turnover_days_change,
        max(opinion) as opinion,
        max(covenant_breach_days) as covenant_breach_days,
        min(negative_equity) as negative_equity,
        max(debt_change_without_growth) as debt_change_without_growth,
        max(statement_late_days) as statement_late_days,
        max(enforcements) as enforcements,
        max(dishonest_marks) as dishonest_marks,
        case
            when max(net_assets) > 0 then cast(max(lawsuit_amount) as double) / max(net_assets)
        end as lawsuit_share,
        max(tax_arrears) as tax_arrears,
        max(tax_violations) as tax_violations,
        max(abnormal_operations) as abnormal_operations,
        max(licence_revoked) as licence_revoked,
        max(equity_frozen) as equity_frozen,
        max(equity_pledged) as equity_pledged,
        max(controller_missing) as controller_missing,
        max(bankruptcy_petitions) as bankruptcy_petitions,
        min(news_age) as news_age,
        min(graver_news_age) as graver_news_age,
        min(gravest_news_age) as gravest_news_age,
        min(representative_changed_age) as representative_changed_age,
        min(rating_down_age) as rating_down_age,
        min(rating_far_down_age) as rating_far_down_age,
        bool_or(has_npl_elsewhere) as has_npl_elsewhere,
        bool_or(has_special_mention_elsewhere) as has_special_mention_elsewhere,
        max(hard_inquiries_3m) as hard_inquiries_3m,
        max(bureau_debt_growth) as bureau_debt_growth,
        max(watched_industry) as watched_industry,
        max(defaulted_group_members) as defaulted_group_members
    from together
    group by borrower_id, month_end
)

select
    months.borrower_kind,
    months.branch as home_branch,
    months.product as home_product,
    months.exposure,
    facts.*
from facts
inner join marts.borrower_months as months
    on facts.borrower_id = months.borrower_id and facts.month_end = months.month_end and months.is_on_book
where coalesce(
    facts.least_utilisation_3m,
    facts.over_limit_days,
    facts.inflow_change,
    facts.account_shortfall,
    facts.revenue_change,
    facts.negative_cash_flow_periods,
    facts.debt_ratio,
    facts.industry_debt_ratio,
    facts.debt_ratio_change,
    facts.current_ratio,
    facts.interest_coverage,
    facts.debt_service_coverage,
    facts.turnover_days_change,
    facts.covenant_breach_days,
    facts.negative_equity,
    facts.debt_change_without_growth,
    facts.statement_late_days,
    facts.enforcements,
    facts.dishonest_marks,
    facts.lawsuit_share,
    facts.tax_arrears,
    facts.tax_violations,
    facts.abnormal_operations,
    facts.licence_revoked,
    facts.equity_frozen,
    facts.equity_pledged,
    facts.controller_missing,
    facts.bankruptcy_petitions,
    facts.news_age,
    facts.representative_changed_age,
    facts.rating_down_age,
    facts.hard_inquiries_3m,
    facts.bureau_debt_growth,
    facts.defaulted_group_members
) is not null
or facts.opinion is not null
or facts.has_npl_elsewhere
or facts.has_special_mention_elsewhere
or facts.watched_industry is not null
order by facts.month_end, facts.borrower_id
