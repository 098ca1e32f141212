### The call: tiles, switches, devices, the clock. $vertical is "medicine" or "general".

call-title = Visit in progress
call-participants = Participants
call-controls = Call controls
call-you = You
call-waiting-title = Nobody else is here yet
call-waiting-text = The picture appears by itself when someone comes in.
call-left-title = Waiting for them to come back
call-left-text = The picture returns by itself. The same link leads back in.

call-phase-connecting = Connecting to the call…
call-phase-connected = Connected
call-phase-reconnecting = The connection is lost. Reconnecting by itself…
call-phase-on-hold = The visit is paused
call-phase-failed = You could not be let into the call

call-hold-title = The visit is paused
call-hold-text = Nobody sees or hears you until it goes on.

peer-state-connecting = Connecting…
peer-state-connected = Connected
peer-state-reconnecting = Reconnecting…
peer-state-away = Lost the connection. The place is kept.

peer-mic-off = Microphone off
peer-camera-off = Camera off
peer-on-hold = On hold
peer-speaking = Speaking

tile-show-large = Show { $name } large
tile-show-screen-large = Show { $name }’s screen large
tile-same-size = Show everybody the same size
tile-shared-screen-large = Show the shared screen large
tile-more = Sound and size: { $name }
tile-screen-of = { $name }’s screen

volume-label = Volume
volume-value = { $percent } %
volume-mute = Mute for me
volume-hint = This changes only what you hear.
peer-muted-for-me = Muted for you

switch-mic = Microphone
switch-camera = Camera
switch-on = On
switch-off = Off
switch-paused = Paused
switch-not-allowed = Not allowed
call-not-allowed =
    { $media ->
        [mic] The clinic has not opened the microphone for you in this visit. You are seen, and you see and hear the others.
        [camera] The clinic has not opened the camera for you in this visit. You are heard, and you see and hear the others.
       *[both] The clinic has opened neither microphone nor camera for you in this visit. You can watch and listen.
    }
switch-mic-shortcut = Microphone (key M)
switch-camera-shortcut = Camera (key V)
level-mic = Loudness of your microphone

device-mic-missing = No microphone is connected. Plug one in.
device-mic-in-use = Another program is using the microphone. Close that program.
device-mic-not-allowed = Your system does not let this app use the microphone. Allow it in the system settings.
device-mic-not-allowed-browser = This browser is not allowed to use the microphone. Press the sign next to the address above, allow the microphone, then switch it off and on here.
device-mic-failed = The microphone stopped working. Unplug it and plug it in again, or choose another one.
device-camera-missing = No camera is connected. Plug one in.
device-camera-in-use = Another program is using the camera. Close that program.
device-camera-not-allowed = Your system does not let this app use the camera. Allow it in the system settings.
device-camera-not-allowed-browser = This browser is not allowed to use the camera. Press the sign next to the address above, allow the camera, then switch it off and on here.
device-camera-failed = The camera stopped working. Unplug it and plug it in again, or choose another one.

devices-open = Devices
devices-title = Camera and sound
devices-camera = Camera
devices-microphone = Microphone
devices-speaker = Speaker
devices-ring = Rings through
devices-ring-speaker = The same speaker as in calls
devices-none = None found
devices-test-picture = Test picture
devices-test-tone = Test tone
devices-test-speaker = No sound
devices-refresh = Look for devices again
devices-system = System default

processing-title = Sound of your microphone
processing-echo-cancellation = Remove the echo
processing-noise-suppression = Remove the noise
processing-gain-control = Even out the loudness
processing-clinical = Send the sound as it is
processing-clinical-hint = For a stethoscope. Use headphones: the echo is not removed meanwhile.

clock-label = Visit time
clock-remaining = left
clock-overtime = over time
clock-paused = paused
clock-over = The planned time is over

extend-open = Extend
extend-title = Extend the visit
extend-by =
    { $minutes ->
        [one] { $minutes } more minute
       *[other] { $minutes } more minutes
    }
extend-busy = Extending…
more-time-asked =
    { $vertical ->
        [medicine] The patient asks for more time
       *[general] The client asks for more time
    }
more-time-dismiss = Not now
ask-more-time = Ask for more time
ask-more-time-asked = Your request for more time is sent.

web-room-title = The call is in your browser
web-room-where = Look for the browser window with { $host }. If it asks for the camera and the microphone, allow them.
web-room-opening = Opening the call in your browser…
web-room-address = The call is at { $host }.
web-room-again = Open again
web-room-trouble = Nothing has opened? Press “{ web-room-again }”. If that does not help, call your clinic.
web-room-stay = Keep this window open: the visit time is here, and here you end your part. Then close the page in the browser too.
web-room-paused = The clock stands still, but the call in the browser goes on. Switch off the microphone and the camera there.

about-open = About
