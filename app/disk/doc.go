// Package disk shows a file or a folder of this machine, as a person named it,
// as a file system that nothing leads out of. Every command reads through it, and
// so does the server, so that all of them treat links alike:
//
//	what was named            may be a link itself: the person chose it
//	a link that stays inside  is what it leads to, file or folder, under its own
//	                          name; an absolute one is inside if it names the folder
//	a link that leaves        is refused, whenever it is opened, whatever it was
//	                          when the folder was listed
//	a link to a folder        is refused: a search through it would not end
//	that it lies in
//	a link to credentials     is refused under every name, a hard link too if the
//	                          other name lies in the folder
//	a pipe, socket or device  is refused and never waited for
//
// What is refused is listed with the type that it has, so that whoever lists can
// say so, and opening it fails with a [*source.RefusedError]. That is an [fs.ErrNotExist]:
// to a reader of channels the file is missing.
//
// Its files are io.ReaderAt. A store has more of them than a program may have open:
// few are open at a time, and one that was closed for others is opened again when it
// is read, if it is the same file still.
//
// The package imports the standard library, app/source and wire/redex.
package disk
