-- One row per asset that is being realised or was taken over, with its loan's branch and product: how far it is, what it
-- brought of what it was appraised at, and by when an asset taken over must be sold (12.1).
with build as (select as_of from raw.build)

select
    disposals.*,
    loans.borrower_id,
    loans.branch,
    loans.product,
    coalesce(disposals.sold_on, disposals.resold_on) as cash_on,
    case
        when disposals.resold_on is not null or disposals.sold_on is not null then 'sold'
        when disposals.acquired_on is not null then 'taken_over'
        when disposals.sell_off_on <= build.as_of then 'sell_off'
        when disposals.auction_2_on <= build.as_of then 'auction_2'
        when disposals.auction_1_on <= build.as_of then 'auction_1'
        when disposals.appraised_on <= build.as_of then 'appraised'
        else 'begun'
    end as standing,
    coalesce(disposals.proceeds, disposals.resold_for) - coalesce(disposals.cost, 0) as realised,
    date_diff('day', disposals.defaulted_on, coalesce(disposals.sold_on, disposals.resold_on)) as days_to_cash,
    cast(disposals.acquired_on + interval 2 year as date) as sell_by
from raw.disposals as disposals
inner join staging.loans as loans on disposals.loan_id = loans.loan_id
cross join build
order by disposals.defaulted_on, disposals.disposal_id
