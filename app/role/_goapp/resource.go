package app

// This file is the browser's half of go-app's server: the build of the page
// puts it in place of the files that serve one, which import net/http and would
// make a seventh of the program (see the Makefile). The page lies on no server
// of go-app's kind, so that a static resource is where it says it is.
func clientResourceResolver(string) func(location string) string {
	return func(location string) string { return location }
}
