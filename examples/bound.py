"""The texts of the handbook's PDF and Office files, by path: title, date, text in the markup of bind.py."""

from printed import INSTALLATION, TRAVEL

ON_CALL = """
# On call

Who carries the phone, what it pays and when to sleep. For engineers of the software and firmware teams.

## The rota

A shift lasts one week, from Thursday 10:00 to Thursday 10:00. There is always a first and a deputy. Nobody
is first more often than every sixth week, and nobody in their first four months at Quillmere. The rota is
published twelve weeks ahead. Swapping is between the two of you; enter it in the calendar, that is all.

Hand over in person or by video. The handover takes fifteen minutes: what is open, what is strange, what is
planned. Leave the incident channel with a list of things you would look at first.

## What it pays

| what | amount |
| One week as first | €420 |
| One week as deputy | €180 |
| Each call between 22:00 and 7:00 | €75 |
| Each started hour of work outside working hours | €55 |
| Public holiday on call, in addition | €110 |

It is paid with the salary of the following month and need not be claimed: the pager counts.

## What we expect

Answer a page within ten minutes and be at a computer within twenty. That allows for a swim, not for a
hike. If you cannot answer, the deputy is paged after five more minutes, and the engineering lead after
that. Being paged by mistake is a fault of the alarm, never of the person who was woken.

Do not drink more than you would before driving. Do not be on call when you are ill; say so and the deputy
becomes first.

## Rest

After a night with more than one hour of work you start eleven hours after the last call ended, and the
hours missed count as worked. After a week with more than three disturbed nights you get the following
Friday off. Managers check this; it is not for you to ask.

## Alarms

An alarm that fired five times in a month without anybody having to act is removed or repaired before the
next handover. In the first half of 2026 a shift had 2.6 calls on average, down from 7.1 two years ago.

## Equipment

The on-call phone, a spare battery and a mobile router with a data plan go from hand to hand in a yellow
bag. The bag also holds printed instructions for the three cases in which the network is gone.
"""

REMOTE = """
# Working remotely

Valid from 1 February 2026. For everybody whose work is not tied to the workshop or to the river.

## How often

You can work from home up to three days a week. Wednesday is the day on which your whole team is at the
office; teams may choose another day, but the same one for everybody. In your first two months two days at
home are the limit, because it is hard to get to know people through a screen.

The team for water warnings may work from home on all days as long as two of its members can reach the
control room within 45 minutes.

## When

Core time is from 10:00 to 15:00. Outside it you work when you like between 6:00 and 21:00. Put your status
in Slack when you are away for more than half an hour in the core time; nobody needs to know why.

## From abroad

You can work from another country for up to 25 working days a year, at most 15 of them in one piece. Ask the
people team four weeks ahead, because tax and insurance differ. Countries on the red list of the security
desk are excluded, and the laptop does not travel there in your holidays either.

## What the company pays

| what | amount | how often |
| Desk, lamp and other furniture, with two or more days at home a week | €500 | once |
| Internet at home | €25 | per month |
| Electricity and heating | €2 | per day at home, at most €30 a month |

The furniture is yours after two years. The monthly amounts come with your salary without a claim, counted
from the calendar.

## Safety and data

Work where nobody reads along. Calls with customers are not made in trains and cafés. Paper with customer
data stays at the office. Connect to public networks only through the company's tunnel, which switches
itself on.

An accident at home during work is insured as at the office. Report it on the same day.

## If it does not work

Working from home is an agreement and can be ended by either side with four weeks' notice. The reason is
given in writing and is about the work, not about how it looks when a desk is empty.
"""

TRAINING = """
# Courses

Book with the people desk; the price is charged to the budget of your team.

| course | days | next date | place | price |
| River rescue | 2 | 2026-09-21 | Port Ellisand | €390.00 |
| Working at height | 1 | 2026-10-08 | Sallow Weir | €245.50 |
| First aid, refresher | 1 | 2026-10-15 | Sallow Weir | €85.00 |
| Firmware for radar sensors | 3 | 2026-11-03 | online | €1150.00 |
| Talking to journalists | 1 | 2026-11-26 | Sallow Weir | €320.00 |

# Budgets

| team | budget per person | share used by June 2026 |
| Field team | €1400.00 | 62% |
| Software and firmware | €1750.00 | 48% |
| Support | €900.00 | 71% |
| Workshop | €1100.00 | 35% |

| rule | value |
| Courses above this price are agreed with the head of people | €1000.00 |
| Months after which a course that you leave early is paid back | 6 |
"""

TARN_2027 = """
# Tarn in 2027

What the product team plans, told at the assembly in June 2026.

Notes: Welcome everybody. Questions are collected at the end.

# Flood maps

Tarn draws the water's edge on a map as soon as two gauges stand on one stretch of river.

The first customers try it in March 2027; it is open to all in June 2027.

Notes: The maps need a height model from the customer. Without one we offer the public grid of 10 metres.

# Alerts by telephone

A voice calls up to five people, one after the other, until somebody presses a key.

Calls are tried three times with four minutes between them.

| alert | today | from April 2027 |
| Message in Tarn | yes | yes |
| Text message | yes | yes |
| Telephone call | no | yes |

# What we stop

The report by fax ends on 31 January 2027. Eleven customers still use it; support calls each of them.

The old map view is switched off when the flood maps are open to all.
"""

PDFS = {
    "money/travel.pdf": ("Travel", "2026-03-16", TRAVEL),
    "product/plover-installation.pdf": ("Plover installation guide", "2026-05-04", INSTALLATION),
}
DOCXS = {
    "engineering/on-call.docx": ("On call", "2026-07-13", ON_CALL),
    "work/remote-work.docx": ("Working remotely", "2026-02-01", REMOTE),
}
XLSXS = {"people/training.xlsx": ("Training", "2026-07-01", TRAINING)}
PPTXS = {"product/tarn-2027.pptx": ("Tarn in 2027", "2026-06-18", TARN_2027)}
