-- One row per instalment of a first schedule by months, with the amount that its method asks for (W14, W15): interest
-- on what is left of the principal, half-up to the cent, and principal by the method; the last line takes the rest.
-- `is_usual` is false where most lines of a loan disagree: its contract counts days, which this does not recompute.
with lengths as (
    select
        loan_id,
        count(*) as periods,
        max(seq) as last_seq
    from staging.instalments
    where version = 1
    group by loan_id
),

lines as (
    select
        lines.loan_id,
        lines.seq,
        loans.disbursed_on,
        lines.principal_due,
        lines.interest_due,
        loans.principal,
        loans.repayment_method as method,
        cast(loans.annual_rate as double) / 12 as rate,
        loans.principal - coalesce(
            sum(lines.principal_due) over (
                partition by lines.loan_id order by lines.seq rows between unbounded preceding and 1 preceding
            ),
            0
        ) as before,
        lengths.periods,
        lengths.last_seq
    from staging.instalments as lines
    inner join lengths on lines.loan_id = lengths.loan_id
    inner join staging.loans as loans on lines.loan_id = loans.loan_id
    where lines.version = 1 and loans.repayment_method in ('equal_instalment', 'equal_principal', 'interest_only')
),

interests as (
    select
        *,
        cast(round(cast(before as double) * rate, 2) as decimal(18, 2)) as interest_recomputed,
        case
            when method = 'equal_instalment' and rate > 0 then cast(
                round(cast(principal as double) * rate / (1 - power(1 + rate, -periods)), 2) as decimal(18, 2)
            )
            when method = 'interest_only' then 0
            else cast(round(cast(principal as double) / periods, 2) as decimal(18, 2))
        end as level
    from lines
),

recomputed as (
    select
        loan_id,
        seq,
        disbursed_on,
        principal_due + interest_due as booked,
        case
            when seq = last_seq then before + interest_recomputed
            when method = 'equal_instalment' and rate > 0 then level
            else level + interest_recomputed
        end as recomputed,
        interest_due - interest_recomputed as interest_difference
    from interests
),

judged as (
    select
        *,
        abs(booked - recomputed) > 0.01 or abs(interest_difference) > 0.01 as is_off
    from recomputed
),

shares as (
    select
        loan_id,
        avg(case when is_off then 1.0 else 0.0 end) < 0.5 as is_usual
    from judged
    group by loan_id
)

select
    judged.*,
    shares.is_usual
from judged
inner join shares on judged.loan_id = shares.loan_id
