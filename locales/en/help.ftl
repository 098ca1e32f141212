### Help for the specialist: what each screen of a visit is for. Buttons are called by their names.

help-title = What happens here

help-pending-1 = The visit is not open yet: nobody can come in.
help-pending-2 = “{ action-open }” lets the others in. You then see here who has come.
help-pending-3 = “{ action-cancel }” calls it off. Whoever has it open is told at once; the others see it when they open their link.

help-open-1 = The others can come in, and you see here who has come.
help-open-2 = Press “{ action-join }” when you are ready. Your camera and microphone are used only during the call.
help-open-3 = The visit starts by itself once everyone needed is here. “{ action-start }” does not wait for everyone: the specialists who are needed and one of the others are enough.
help-open-4 = The clock runs from the start of the visit, not from now.

help-back-1 = The visit is going on without you, and its clock runs.
help-back-paused = The visit is paused, and its clock stands still.
help-back-2 = Press “{ action-join }” to come back. Your microphone and camera go on with it.

help-started-1 = “{ action-pause }” stops the clock and the call for everyone. “{ action-resume }” goes on from the same place.
help-started-2 = “{ action-leave }” takes only you out. You can come back while the visit lasts.
help-started-3 = “{ action-finish }” ends the visit for everyone. You can undo that for three minutes.
help-started-4 = When the time is up, the visit is not broken off at once. “{ extend-open }” makes it longer for everyone.
help-web-room-1 = “{ action-pause }” stops the clock only. The call in the browser goes on until you close it there.

help-waiting-1 = Someone who is needed is not here. The clock goes on: waiting is not a pause.
help-waiting-2 = Whoever was cut off can come back by the same link.
help-waiting-3 = “{ action-finish }” ends the visit for everyone. You can undo that for three minutes.

help-paused-1 = Nobody is seen or heard, and the clock stands still.
help-paused-2 = “{ action-resume }” goes on from the same place.
help-paused-3 = “{ action-finish }” ends the visit for everyone. You can undo that for three minutes.

help-over-1 = “{ action-restore }” takes the end back within three minutes. Everyone can then come in again.
help-over-2 = “{ finish-net }” is what the clock has counted.
help-over-3 = “{ finish-both }” is how long both sides were there.

help-cancelled-1 = The visit does not take place. Whoever had it open was told at once; the others see it when they open their link.
help-cancelled-2 = “{ action-restore }” takes it back within three minutes, unless the clinic itself has cancelled.
help-cancelled-3 = Another time is booked by the clinic.
