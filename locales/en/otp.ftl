### The one-time code that some visits ask for first.

otp-title = Enter the code
otp-before-title = A code is needed first
otp-before = This visit is protected by a one-time code. Your clinic sends it to you in a message.
otp-sent = Your clinic has sent you a message with a code. Type it here.
otp-label = Code from the message
otp-send = Send me the code
otp-sending = Sending…
otp-resend = Send a new code
otp-resend-wait =
    { $seconds ->
        [one] You can have a new code in { $seconds } second
       *[other] You can have a new code in { $seconds } seconds
    }
otp-submit = Continue
otp-verifying = Checking…
otp-help = No message? Look among the unwanted messages (spam) too. If nothing comes, call your clinic.
otp-leave = Not now
