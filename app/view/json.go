package view

import (
	"bytes"
	"encoding/json"
)

// IndentJSON returns JSON with two blanks of indentation, and text that is none
// as it is. Numbers keep their digits.
func IndentJSON(text string) string {
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(text), "", "  "); err != nil {
		return text
	}
	return b.String()
}
