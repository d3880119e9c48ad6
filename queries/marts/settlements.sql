-- One row per offer to settle a claim in default for less, with its loan's branch and product and the share forgiven.
select
    settlements.*,
    loans.borrower_id,
    loans.branch,
    loans.product,
    case
        when settlements.paid_on is not null then 'paid'
        when settlements.approved_on is not null then 'approved'
        else 'offered'
    end as standing,
    case
        when settlements.paid_on is not null
            then cast(settlements.claim - settlements.paid as double) / nullif(settlements.claim, 0)
    end as haircut
from raw.settlements as settlements
inner join staging.loans as loans on settlements.loan_id = loans.loan_id
order by settlements.offered_on, settlements.settlement_id
