-- One row per loan that settled another loan of its borrower within the days that count as refinancing, and since when
-- (B17, rule F2_refinance; 9.1): the floor holds as long as the signal does. What a bank may renew for small businesses
-- without repayment of principal is excepted (4.1).
with fading as (
    select
        cast(substring(param_id, 11) as integer) as days,
        valid_from,
        valid_to
    from staging.parameters
    where starts_with(param_id, 'ews_decay.') and regime = 'CN' and product = '*' and cast(value as double) > 0
),

allowed as (
    select
        renewals.loan_no,
        renewals.renewed_on,
        renewals.settled_old_within,
        parameters.value,
        row_number() over (
            partition by renewals.loan_no, renewals.renewed_on
            order by case when parameters.product = '*' then 1 else 0 end
        ) as preference
    from intermediate.renewals as renewals
    inner join intermediate.loan_rules as loans on renewals.loan_no = loans.loan_no
    inner join staging.parameters as parameters
        on parameters.param_id = 'refinance_days'
        and parameters.regime = 'CN'
        and (parameters.product = loans.product or parameters.product = '*')
        and renewals.renewed_on between parameters.valid_from and parameters.valid_to
    where not (loans.borrower_kind = 'small_business' and loans.is_qualified_renewal)
)

select
    'F2_refinance' as rule_id,
    allowed.renewed_on as raised_on,
    cast(allowed.renewed_on + (max(fading.days) + 1) * interval 1 day as date) as cleared_on,
    allowed.loan_no
from allowed
inner join fading on allowed.renewed_on between fading.valid_from and fading.valid_to
where allowed.preference = 1 and allowed.settled_old_within <= cast(allowed.value as bigint)
group by allowed.loan_no, allowed.renewed_on
