//go:build !js

// Package web holds the page's files as they are written: the template, the
// scripts, the styles, the icons, the sample and, in vendor, a script of others.
// The page builder puts them together; nothing here gets into the wasm binary.
package web

import "embed"

// Files are the files of this folder.
//
// Styles are joined in the order of their names, after tokens.css and
// base.css, so a new style sheet only has to lie here.
//
//go:embed page.html *.js *.css icon.svg icons sample vendor/fzstd.js
var Files embed.FS
