"""The texts of the handbook's PDF files; pages end at =====. bound.py says what else belongs to them."""

TRAVEL = """
# Travel

This policy holds for every journey on behalf of Quillmere that takes you further than 60 kilometres from
your site. What you may spend on meals is on the page about expenses.

## Before you book

Ask whether a call would do. If not, tell your manager where you go and why; one line is enough. Journeys
outside the country also need the agreement of the travel desk, which checks insurance and visas and
answers within two working days.

## How to get there

Take the train when it needs less than six hours from door to door. You may work on the train, and that is
working time. Tickets are second class up to three hours and first class beyond. The travel desk books
them; if you book yourself, use the company's account so that the discount applies.

Fly only when the train needs more than six hours. Flights are economy class, whatever the distance. For
every flight the company pays 40 euros into the fund for river restoration in Port Ellisand.

Use a car for installations and where no train goes. Field vans come first, then a rental car of the
smallest class that holds your tools, then your own car.

=====
## What is paid

| what | amount |
| Own car, per kilometre | €0.42 |
| Own bicycle, per kilometre | €0.20 |
| Hotel, per night, without breakfast | €165 |
| Private stay with friends, per night | €30 |
| Daily allowance abroad, full day | €48 |
| Daily allowance abroad, day of arrival or departure | €32 |

Hotels are booked through the travel desk. In the weeks of a trade fair the desk can agree to a higher
price in writing before you book.

The daily allowance abroad takes the place of meal receipts. If breakfast is included in the hotel, a
fifth of the allowance is taken off.

## Working time on the way

Travelling counts as working time, up to ten hours a day. If you return home after 22:00 you start at
11:00 at the earliest on the next day. A journey on a Sunday gives you a day off within four weeks.

## Partners and private days

You may add private days to a journey if the ticket does not cost more because of it. Somebody may
travel with you at their own cost. Tell the travel desk on which days you are private, since the insurance
does not cover those.

=====
## Safety

At the water nobody works alone. Two people are on site for every installation, both in life vests, and
one of them has taken the rescue course in the last two years. If the river rises above the first warning
level you leave, also if the job is nearly done.

Call the travel desk, extension 325, if you miss a connection. Outside office hours the number on the back
of your insurance card answers day and night in four languages.

## Illness abroad

The insurance pays for treatment without a deductible. Keep every bill. For a stay in hospital of more
than two nights the company flies in one relative and pays for their room.

## Afterwards

Hand in your claim within 30 days. Write three sentences about what you learned into the file of the
customer; they are worth more than the minutes.
"""

INSTALLATION = """
# Plover installation guide

For the field team and for certified partners. Read it at your desk, then take page 4 with you.

## What you need

One Plover gauge with its bracket, one base station within reach, sensor cable HC-204, a torque wrench, a
spirit level, a laser distance meter, two life vests and a second person.

## Choosing the place

Look for a stretch of river that runs straight for at least five times its width. Below a weir, stay 50
metres away: foam reflects radar badly. The beam opens by eight degrees, so at ten metres above the water
it covers a circle of about 1.40 metres. Nothing may reach into this circle: no pillar, no branch, no
ladder. Think of what grows back in May.

The middle of a bridge is usually better than its edge. Ask the owner of the bridge for a permit before
you drill; the form is with the field lead and takes three weeks.

=====
## Mounting

Mount the gauge at least 1.20 metres above the highest flood level known for the place. Where no level is
known, ask the oldest neighbour and add half a metre.

Tighten the four bolts of the bracket crosswise to 24 newton metres. The gauge must hang level to within
one degree in both directions; the spirit level on its lid shows it. Turn the arrow on the lid downstream.

On bridges that shake, put the rubber plate between bracket and bridge. A bridge shakes too much if the
distance meter, held against the rail while a lorry passes, differs by more than five millimetres.

| place | bracket | bolts |
| concrete bridge | B2 | M12 anchor, 110 mm |
| steel bridge | B3 with clamps | none, never drill |
| arm on the bank | B5 | M16, through the base plate |

=====
## Wiring and radio

Lead the cable downwards before it leads up, so that water drips off before it reaches the connector. Leave
a loop of 30 centimetres. Tie the cable every 40 centimetres, and never to a railing that people touch.

The surge protector is fitted between gauge and cable and earthed with 10 square millimetres of copper over
at most two metres. Without it the warranty against lightning is void.

Hold the button for three seconds to pair the gauge with the base station. The light blinks blue while it
searches and turns green when it is paired. A signal weaker than minus 112 dBm is too weak: raise the
antenna of the base station before you move the gauge.

## The zero point

Read the staff gauge three times within ten minutes and enter the mean in Tarn as the reference. If the
three readings differ by more than two centimetres the water is too restless; come back another day.

=====
## Light signals

| light | meaning | what to do |
| green, every ten seconds | all is well | go home |
| blue, blinking | searching for the base station | wait up to five minutes |
| yellow, twice | battery below 15 percent | change the battery within three months |
| red, once | echo too weak | check the beam for obstacles |
| red, three times | gauge not level | straighten the bracket |
| red, steady | fault inside | replace the gauge, send it to the workshop |

## Before you leave

Wait for two readings in Tarn, 15 minutes apart. Take four pictures: the gauge from both sides, the light,
and the river upstream. Have the second person check every bolt. Sign the sheet, both of you, and send it
to the field lead on the same day.
"""
