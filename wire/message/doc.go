// Package message holds sentences that Chainglass itself says about a file, apart
// from the values in them.
//
// A [Message] is a format and the values for its holes:
//
//	"{} of {entry|entries} are here"    count 937, count 17062
//	                                    937 of 17,062 entries are here
//
// The format is our own words and constant: what is known of a file stands in the
// values, each with a [Class]. So a reader can render times in its own zone, a
// redaction can keep the words and replace the names, and neither has to guess
// which is which. Messages travel in findings of a chain export.
//
// A hole is written in braces; a brace stands for nothing else.
//
//	{}           the value
//	{one|many}   the value, which counts, and the noun that fits it
//	{q}          the value in quotes, with escapes
//	{date}       a time with its date and without its zone
//	{time}       the time of day and its zone
//	{clock}      the time of day
//	{,}          messages, with commas between them
//	{;}          messages, with semicolons between them
//
// Text of a value is shown as it is but for its line breaks: who prints it to a
// terminal or a page makes it visible there, as any text from data.
//
// The package imports the standard library only.
package message
