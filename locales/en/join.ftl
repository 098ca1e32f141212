### The page behind the address of a conference. It is read by people who have no link of their own.

join-title = A video call of the clinic
join-text = People come into this call with a link of their own. Please open the link from your message, or go back to the page on which you were invited.
join-staff = Specialists find the call in the Consilium app.
