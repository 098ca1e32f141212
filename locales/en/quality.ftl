### How well the call goes: on the tiles, above the controls, in the panel with the figures, and after the visit.
### $vertical is "medicine" or "general"; $name is somebody's name.

quality-unknown = The connection is being measured
quality-good = The connection is good
quality-fair = The connection is weak
quality-poor = The connection is bad
quality-badge = { $name }: { $quality }. Show the figures

quality-network-mine = Your connection is weak
quality-network-theirs = The connection at the other end is weak
quality-network-between = The connection between you is weak
quality-processor-mine = Your computer cannot keep up
quality-processor-theirs = The computer at the other end cannot keep up
quality-device-mine = Your camera or microphone gives nothing
quality-device-theirs = The camera or microphone at the other end gives nothing

advice-network = Move closer to the Wi‑Fi router or plug in a network cable, and stop downloads.
advice-processor = Close other programs and browser tabs.
sound-only = Switch my camera off
sound-only-why = Without your picture there is more room for the sound.

reduced-smaller = { $name } sees a smaller picture of you: the connection is slow. It gets better by itself.
reduced-slides = { $name } sees one picture of you a second: the connection is slow. It gets better by itself.
reduced-audio-only = { $name } hears you but does not see you: the connection is too slow. The picture comes back by itself.
reduced-over = { $name } sees your whole picture again.

phone-offer-client = The connection is too weak for the call. You can go on by phone:
phone-offer-specialist =
    { $vertical ->
        [medicine] The connection is too weak for the call. Offer the patient to go on by phone:
       *[general] The connection is too weak for the call. Offer the client to go on by phone:
    }
phone-copy = Copy the number
phone-copied = Copied

details-title = Figures of the call
details-wait = One moment…
details-drawing = Pictures are drawn by
details-drawing-page = the window
details-drawing-native = the application itself
details-processor = Work for the processor
details-processor-value = { $percent }% of one core
details-frames = Pictures received
details-frames-value = { $frames } a second
details-height = Height of the picture
details-height-value = { $pixels } px
details-kbits-in = Received
details-kbits-out = Sent
details-line = The connection carries
details-kbits-value = { $kbits } kbit/s
details-round-trip = Way there and back
details-ms-value = { $ms } ms
details-lost = Lost on the way
details-concealed = Sound made up for what was lost
details-percent-value = { $percent }%
details-frozen = Picture stood still
details-gets = Your picture over there
details-gets-full = whole
details-gets-smaller = smaller
details-gets-slides = one a second
details-gets-audio-only = none, sound alone
details-unknown = not known

record-title = How the call went
record-good = The connection was good all the time.
record-fair = The connection was weak at times.
record-poor = The connection was bad: picture and sound suffered.
record-by = Measured by
record-with = In the call with
record-seconds = Connected
record-lost = Lost on the way, on average
record-lost-p95 = Lost on the way, 95% of the time below
record-round-trip = Way there and back, on average
record-round-trip-p95 = Way there and back, 95% of the time below
record-worst = Smallest picture sent
record-reconnects = Connection lost and found again
