//go:build js

package browser

// Recall returns a text that was remembered, "" if there is none or if the
// browser keeps nothing for this page.
func Recall(key string) string { return global().Call("recall", key).String() }

// Remember keeps a text for the next visit, where the browser allows that.
func Remember(key, text string) { global().Call("remember", key, text) }
