// Package redact turns a chain export into one that can be passed on: a redacted
// view, labelled as such, with a commitment to the original that can be checked
// with a salt which only the sender is shown.
//
// What may leave is an allow-list. Every field of every record, of the snapshot
// and of the export itself has a [Class]; see [Fields]. Records are put together
// anew from the fields that are listed, so a field that nobody has classified does
// not leave.
//
//	order, state, measures     kept: seqs, action ids, enum variants, counts, sizes
//	times                      kept, or all moved by one amount
//	ids                        numbers drawn at random, one for each original and class,
//	                           none of them an original of any class
//	names                      node-a, daemon-b: letters in the order of appearance; names
//	                           that differ in numbers only do so still: node-0g, node-0h
//	texts                      their wording, or nothing
//	all else                   dropped: where findings lie, what is no known record; a
//	                           payload that fails to decode in the same way and holds
//	                           nothing else goes in the place of one that does
//
// No record has a field for the id of a blob; in a text such an id is a value.
//
// # Texts
//
// A text keeps its punctuation and the words on a list, words.txt, which are those
// of running machines. Everything else is replaced, each by the same everywhere:
//
//	a name of a node, a daemon, a person     its pseudonym, daemon-b
//	a number that is an id, from 1000 on     the id's pseudonym, in the notation it has
//	a number from 2^32 on                    a pseudonym like an id's
//	a measure                                stays: 500 ms, 3 of 5, attempt 3, x3
//	a word with the makings of a value       0gk: a zero and letters, one to all notations
//	any other word                           word-c
//	a listed word in quotes, or in what      word-c
//	looks like an address or a path
//
// What makes a word a value is what makes it one where texts are compared: it
// begins with a digit, or is hexadecimal, six digits long and has a decimal one
// among them. So texts that were the same but for their values still are, and
// texts that were not are not: what is concluded from texts stays the same. The
// sentences that nodes themselves write, [wordings], are known by their parts. The
// id in action-id:7 and the cooldown in gated (...) for 500 ms are kept, as the
// fields are that hold the same numbers.
//
// A measure stays unless it can be read as an id or a name, in decimal or
// hexadecimal, or stands where another text of the same template has one: of many
// round trips in milliseconds the only one that is never seen would be known for an
// id. The sender moves a template from one side to the other, [Options.Hide] and
// [Options.Keep]; what is an id stays hidden all the same, and [Summary] says so.
//
// # What is checked
//
// Every payload is decoded again after it was encoded, and every value in it must
// be one that may leave: ids and names are pseudonyms that were given, words are
// listed or given. That needs no luck with small numbers: a daemon's id 7 occurs
// everywhere in a file by chance, but in no field that holds the id of a daemon.
//
// Then all bytes of the result are searched for the originals: ids and values in
// decimal, in hexadecimal, little- and big-endian (which is CBOR's), and as
// varints, names and words as they are. A number is searched for if it has so many
// significant bits that in a file of this size not one in a million files would
// hold any of the patterns by chance, at most 60; smaller ones are left to the first
// check. A hit is an error that says what sort of value it was and where, and not
// which.
//
// # Working
//
// What is not in the export is not looked at: the title of a page, the name of a
// file, the filter in a link are for the caller to look after.
//
// [Rewrite] reads the export three times, to learn what there is to be replaced, to
// know where ids stand in texts, and to write, block by block. Memory is bounded by
// the number of different identifiers, words, values and templates, each of which
// has a limit.
//
// # What else would tell
//
//	hash of the original        committed to with a salt that does not leave
//	checksums of entries        made anew, those of damaged entries too
//	checksums in the file       of what is written, as is its size
//	ids of notes, origins       drawn, made anew
//	name of the program         the same for all
//	when it was written         kept, or with shifted times 0: a mail tells when that
//	                            was, and so would tell the shift
//	letters of pseudonyms       the order of appearance, which is kept anyhow
//	raw parts of folders        do not leave
//
// The package imports the wire packages, snapshot and the standard library.
package redact
