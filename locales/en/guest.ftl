### The browser page behind a visit's link. It is read by people who may never have seen the app.

guest-title = Your visit
guest-text = The visit takes place in the Consilium app. Press the button, and the app opens with your visit.
guest-open = Open the visit
guest-no-app = Nothing happens? Then the app is not on this computer yet. Ask the clinic for it, install it, and open this page again from your message.
guest-browser-text = No app on this computer, or none wanted? The visit works in this browser, too. It will ask for your camera and your microphone.
guest-browser = Go on in this browser
guest-browser-busy = One moment…
guest-browser-failed = It could not be loaded. Please check your connection and press the button again.
guest-private = This link is yours alone. Whoever has it can take part in your place, so please do not pass it on.

guest-unknown-title = This link does not work
guest-unknown-text = It may be incomplete. Please open it once more from your message, or ask the clinic for a new one.

guest-expired-title = This visit is long over
guest-expired-text = The link no longer works. Please ask the clinic if you need a new visit.

guest-early-title = This visit has not started yet
guest-early-text = The link works from the start of the visit until its end. Please open it again when it is time.

guest-over-title = This visit is over
guest-over-text = The link worked until the end of the visit. Please ask the clinic if you need a new visit.

guest-canceled-title = This visit was cancelled
guest-canceled-text = The link no longer works. Please ask the clinic if you need a new visit.

## The link of a call that anybody may join: it asks for a name first.
guest-name-title = Join the call
guest-name-text = You have been invited to a call. Please enter your name, so that the others know who is coming in.
guest-name-label = Your name
guest-name-go = Go on
guest-name-wrong = Please enter a name of no more than 100 characters.

guest-full-title = The call is full
guest-full-text = No more people can come in at the moment. Please open the link again when somebody has left.
