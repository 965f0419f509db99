"""The register of the rules that every month of trips keeps: a name and a sentence each."""

from province.language import Message, message

RULES: dict[str, Message] = {
    "each_visit_is_served_once": message(
        "every visit is served once or listed as unserved, with its own tasks and parcels"
    ),
    "legs_follow_the_roads": message("a leg drives joined segments from the one site to the other"),
    "roads_are_open_for_the_vehicle": message(
        "every segment is open and fit for the vehicle on that date and at that hour"
    ),
    "times_are_measured": message(
        "minutes, waits, metres and totals are those of the segments driven"
    ),
    "times_follow_each_other": message(
        "places and times of stops, legs, pauses and nights follow each other"
    ),
    "service_lies_in_a_window": message("a whole visit lies within one of its windows"),
    "driving_per_day_is_limited": message("driving stays within the limit of a day"),
    "driving_per_week_is_limited": message(
        "driving of a crew stays within the limit of a week from Monday to Sunday"
    ),
    "breaks_are_taken": message("nobody drives longer than allowed without a break"),
    "duty_per_day_is_limited": message("duty from first leaving to last arriving is limited"),
    "work_lies_within_hours": message(
        "nobody starts before the earliest or ends after the latest minute"
    ),
    "driving_is_in_daylight": message("legs lie within daylight where the settings ask for it"),
    "crews_rest": message("a crew works no more days a week than allowed"),
    "crews_have_days_off": message(
        "a crew works no more days in a row than allowed, those before the month included"
    ),
    "weekends_are_kept": message("nobody works on a day of the week that the settings do not name"),
    "crew_is_not_off": message("no crew works on its days off"),
    "holidays_are_kept": message(
        "nobody works on public holidays unless the settings or a row of the calendar say so"
    ),
    "vehicle_is_available": message("no vehicle drives on days it is unavailable"),
    "one_trip_at_a_time": message("a vehicle and a crew are on one trip at a time, whole days"),
    "trips_start_and_end_at_their_depot": message(
        "a trip starts and ends at the depot of its vehicle and crew, within the month"
    ),
    "crew_drives_and_fits_the_vehicle": message("a crew may drive the vehicle and fits its seats"),
    "crew_is_large_enough": message("a crew has the people that each visit needs"),
    "crew_has_the_skills": message("a crew has the skills that each visit needs"),
    "vehicle_holds_sessions": message("a session takes place in a vehicle made for it"),
    "load_fits": message("boxes and kilograms fit the vehicle at every moment"),
    "loads_are_accounted_for": message(
        "loads at the start and after each stop are those of the parcels on board"
    ),
    "parcels_use_their_depot": message(
        "a parcel from or to a depot travels with a vehicle of that depot"
    ),
    "batch_is_collected_before_it_is_left": message(
        "a batch between two sites is taken before it is left; on two trips from one depot, the"
        " later one starts only after the days of checking that follow the day of return"
    ),
    "last_mile_is_ridden": message(
        "what a village beyond a hand-over site gets and gives is ridden there and back by its own"
        " motorbikes"
    ),
    "rides_meet_the_stop": message(
        "what a village gives back is at the hand-over site before the stop begins, and what it"
        " gets leaves after the stop ends"
    ),
    "nights_have_beds": message("every night is at a lodging with a bed for each of the crew"),
    "nights_are_limited": message("a trip has no more nights than allowed"),
    "visits_keep_their_gap": message(
        "visits of one group lie at least their gap apart, also from those of the time before"
    ),
    "pins_hold": message("a visit is on the day and vehicle the planner fixed"),
    "cost_is_right": message(
        "the cost is kilometres, vehicle-days, nights and allowances; the objective adds what"
        " unserved visits and small wishes count"
    ),
}
