### Safety words: whether somebody sits between the two. $name is the other person. The words are in safety-words.txt.

safety-open = Safety words with { $name }
safety-open-verified = { $name } is verified. Safety words
safety-open-unchecked = { $name } cannot be checked. Safety words
safety-open-changed = Check who this is: { $name } is at another device than before
safety-changed-short = Check who this is

safety-title = Is anybody listening in?
safety-title-verified = { $name } is verified
safety-title-unchecked = Cannot be checked
safety-title-changed = Another device than before
safety-title-differ = Somebody may be listening in

safety-how = Ask the other person to read their three words aloud. If they are the same as yours, nobody is listening in.
safety-where = The other person finds them under the same shield, in their own language.
safety-verified-text = The words were compared, and nobody is listening in. In later calls this device is recognized as long as the clinic's server states the same account.
safety-unchecked-text = It is not known whether this person was verified before. Compare the words; the mark is for this call only.
safety-unchecked-wordless = There are no safety words with this person. A browser and an older version of the program have none. They can also be held back by somebody who listens in. If you are unsure, call the clinic.
safety-changed-text = This person was verified before and now calls from another device. A new computer or a new installation does that, and so does somebody who listens in. Compare the words to find out.
safety-no-words = The words are not there yet. Until they are, say nothing that is private. If they do not appear, call the clinic.
safety-differ-text = Say nothing that is private. Leave the call, call the clinic by telephone and tell them about it.

safety-words = Your three words
safety-same = They are the same
safety-differ = They differ
safety-again = Compare again
safety-forget = Remove the mark
