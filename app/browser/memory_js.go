//go:build js

package browser

// Recall returns a text that was remembered, "" if there is none or if the
// browser keeps nothing for this page.
func Recall(key string) string { return global().Call("recall", key).String() }

// Remember keeps a text for the next visit, or forgets it if it is empty. It returns
// false where the browser refuses.
func Remember(key, text string) bool { return global().Call("remember", key, text).Bool() }
