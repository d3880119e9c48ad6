"""The special-shaped questions: one function per SQL file beside it, which its docstring describes.

Long lists come as pages of rows after a key (`after`) with a total beside them; short ones whole.
Dates in the answers are timestamps, amounts floats, in the loan's currency.
"""

from queries.reports.ageing import *
from queries.reports.appraising import *
from queries.reports.audit import *
from queries.reports.audit_planning import *
from queries.reports.book import *
from queries.reports.cash import *
from queries.reports.collecting import *
from queries.reports.concentration import *
from queries.reports.departments import *
from queries.reports.duty_counts import *
from queries.reports.entries import *
from queries.reports.expected_loss import *
from queries.reports.law import *
from queries.reports.migration import *
from queries.reports.quality import *
from queries.reports.records import *
from queries.reports.restating import *
from queries.reports.sampling import *
from queries.reports.scoring import *
from queries.reports.serving import *
from queries.reports.telling import *
from queries.reports.vintages import *
from queries.reports.warning_lists import *
from queries.reports.warnings import *
from queries.reports.watching import *
from queries.reports.worklists import *
