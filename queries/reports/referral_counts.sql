-- One row per loan more than 90 days past due at the month end: what the referral rate sums (section 7).
select *
from scoped_referrals($branches, $products)
where month_end = $month_end
