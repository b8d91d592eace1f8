package page

// tell says something in passing.
func (n *Notice) tell(text string) { *n = Notice{Text: text} }

// fail says in passing that something failed.
func (n *Notice) fail(what string, err error) {
	*n = Notice{Text: what + ": " + err.Error(), Bad: true}
}

// Notice is the last thing worth telling in passing.
type Notice struct {
	Text string
	// Bad is true for what failed.
	Bad bool
}
