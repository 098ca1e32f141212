### The screens of a visit before and after the call. $vertical is "medicine" or "general".

role-specialist =
    { $vertical ->
        [medicine] Doctor
       *[general] Specialist
    }
role-client =
    { $vertical ->
        [medicine] Patient
       *[general] Client
    }
role-visitor = Guest

info-title = About the visit
info-when = When
info-branch-time = { $time } · { $zone }
info-your-time = { $time } your time
info-where = Clinic
info-services = Service
info-people = Participants

person-guest = Guest
person-you = you
person-joined = Here
person-not-joined = Not here yet

action-open = Open for joining
action-join = Join
action-leave = Leave
action-start = Start the visit
action-pause = Pause
action-resume = Continue
action-finish = Finish
action-cancel = Cancel the visit
action-restore = Undo the end

busy-open = Opening…
busy-join = Joining…
busy-leave = Leaving…
busy-start = Starting…
busy-pause = Pausing…
busy-resume = Continuing…
busy-finish = Finishing…
busy-cancel = Cancelling…
busy-restore = Undoing…

confirm-leave-title = Leave the visit?
confirm-leave-text = The others go on without you. You can come back while the visit lasts.
confirm-leave-stay = Stay
confirm-finish-title = Finish the visit for everyone?
confirm-finish-text = The call ends for all participants. You can undo this for three minutes.
confirm-finish-stay = Go on with the visit
confirm-cancel-title = Cancel the visit?
confirm-cancel-text = It will not take place. Whoever has it open is told at once; the others see it when they open their link.
confirm-cancel-stay = Keep the visit

pending-client-title =
    { $vertical ->
        [medicine] The doctor has not opened the visit yet
       *[general] The specialist has not opened the visit yet
    }
pending-client-text = Stay here. This page changes by itself as soon as you can join.
pending-open-title = You can come in already
pending-open-text = Press “{ action-join }” to enter and wait inside. Your camera and microphone are used only during the call.
pending-specialist-title = The visit is not open yet
pending-specialist-text =
    { $vertical ->
        [medicine] Open it when you are ready. The patient can then join.
       *[general] Open it when you are ready. The client can then join.
    }
pending-opens-at = It can be opened from { $time }.
starts-in-days =
    { $days ->
        [one] Starts in about { $days } day
       *[other] Starts in about { $days } days
    }
starts-in-hours = Starts in { $hours } h { $minutes } min
starts-in-minutes =
    { $minutes ->
        [one] Starts in { $minutes } minute
       *[other] Starts in { $minutes } minutes
    }
starts-now = It is time to start

join-client-title =
    { $vertical ->
        [medicine] The doctor is expecting you
       *[general] The specialist is expecting you
    }
join-client-text = Press “{ $action }” to enter. Your camera and microphone are used only during the call.
join-client-waiting-title = You are in the waiting room
join-client-waiting-text =
    { $vertical ->
        [medicine] The call begins by itself when the doctor starts it. Please stay here.
       *[general] The call begins by itself when the specialist starts it. Please stay here.
    }
join-client-back-title = The visit is going on
join-client-back-text = You can come back now. The others will see that you are here.
join-specialist-title = The visit is open
join-specialist-text =
    { $vertical ->
        [medicine] The patient can join now. Join when you are ready.
       *[general] The client can join now. Join when you are ready.
    }
join-specialist-waiting-title =
    { $vertical ->
        [medicine] Waiting for the patient
       *[general] Waiting for the client
    }
join-specialist-waiting-text = The call begins by itself as soon as everyone needed is here.
join-specialist-ready-title =
    { $vertical ->
        [medicine] The patient is waiting for you
       *[general] The client is waiting for you
    }
join-specialist-ready-text = Join when you are ready.
join-specialist-back-title = The visit is going on
join-specialist-back-text = You can come back now.

cancelled-title = The visit is cancelled
cancelled-client-text = If you still need it, book another time with your clinic.
cancelled-specialist-text = It did not take place.
restore-hint = If the visit ended by mistake, you can undo it within three minutes.
restore-left =
    { $seconds ->
        [one] If this was a mistake, you can undo it for { $seconds } more second.
       *[other] If this was a mistake, you can undo it for { $seconds } more seconds.
    }

finish-title = The visit is over
finish-early-title = The visit was ended early
finish-never-title = The visit did not take place
finish-never-text = Its time has passed, and it was never started.
finish-client-text = Thank you. You can close this window.
finish-specialist-text = The times below are what really happened.
finish-times = Real times
finish-started = Started
finish-ended = Ended
finish-net = Length without pauses
finish-scheduled = Planned length
finish-dirty = Length with pauses
finish-both = Time together
finish-real = Someone was here
finish-gaps = Interruptions
gap-paused = Pause
gap-absent = Someone was missing
gap-ended = Ended, then taken back
length-seconds = { $seconds } s
length-whole-minutes = { $minutes } min
length-minutes = { $minutes } min { $seconds } s
length-hours = { $hours } h { $minutes } min
finish-not-started = It never started
