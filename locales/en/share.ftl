### Showing one's screen to the others.

share-start = Show my screen
share-stop = Stop showing
share-cancel = Cancel

share-choose-title = What do you want to show?
share-choose-text = Nobody sees anything yet. First you see it yourself.
share-choose-busy = Looking for screens and windows…
share-choose-none = There is nothing to show yet. Open the window that you want to show, then look again.
share-choose-again = Look again

share-kind-screen = Whole screen
share-kind-window = Window
share-kind-system-choice = Choose in your system’s own list
share-kind-synthetic = Test picture

share-preview-title = This is what the others will see
share-preview-text = Nobody sees it yet.
share-preview-busy = The picture is coming…
share-preview-uncovered = This app’s window and messages that pop up can be seen in it. Close what the others should not see.
share-preview-start = Show to the others
share-preview-other = Choose something else

share-live = You are showing:
share-paused = Paused, nobody sees it for now:

share-problem-missing = What you chose is no longer there. Choose something else.
share-problem-in-use = Another program keeps the screen to itself. Close that program.
share-problem-not-allowed = Your system does not let this app show the screen. Allow it in the system settings. On Linux, sign in to a session with X11: Wayland is not supported yet.
share-problem-failed = There is no picture of the screen. Choose something else.
