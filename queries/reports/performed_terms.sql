-- One row, or none of no loan: by which rules a loan's contract uses a payment and counts days past due (sections 2.1, 2.3).
with loan as (
    select
        product,
        disbursed_on
    from scoped_loans($branches, $products)
    where loan_id = $loan_id
),

rules as (
    select
        rules.param_id,
        coalesce(
            max(rules.value) filter (where rules.product = loan.product),
            max(rules.value) filter (where rules.product = '*')
        ) as value
    from loan
    inner join book_rules() as rules
        on rules.param_id in ('alloc_scope', 'alloc_order_accrual', 'dpd_basis')
        and loan.disbursed_on between rules.valid_from and rules.valid_to
        and rules.product in (loan.product, '*')
    group by rules.param_id
)

select
    max(value) filter (where param_id = 'alloc_scope') as alloc_scope,
    max(value) filter (where param_id = 'alloc_order_accrual') as component_order,
    max(value) filter (where param_id = 'dpd_basis') as dpd_basis
from rules
having count(*) > 0
