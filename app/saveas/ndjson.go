package saveas

import (
	"encoding/hex"
	"errors"

	"chainglass/app/kind"
	"chainglass/wire"
	"chainglass/wire/serdejson"
)

// ChainName is how a chain is called in what is written.
func ChainName(node, channel string) string {
	if node == "" {
		return channel
	}
	return node + "/" + channel
}

// AppendNDJSON appends the line of an entry of a chain of a kind. name is its
// chain's, "" to leave that out; parseError is what is wrong with an entry that was
// no record in the first place, or nil.
func AppendNDJSON(dst []byte, name string, k *kind.Kind, e *wire.Entry, parseError error) []byte {
	dst = append(dst, '{')
	if name != "" {
		dst = serdejson.AppendString(append(dst, `"chain":`...), name)
		dst = append(dst, ',')
	}
	dst = serdejson.AppendU64(append(dst, `"seq":`...), e.Seq)
	dst = serdejson.AppendOptionU64(append(dst, `,"ts":`...), e.TSNS.Value, e.TSNS.Some)
	dst = append(append(dst, `,"status":"`...), e.Status.String()...)
	dst = append(dst, '"')
	return append(appendContent(dst, k, e, parseError), "}\n"...)
}

// appendContent appends the record, or the error and the bytes.
func appendContent(dst []byte, k *kind.Kind, e *wire.Entry, parseError error) []byte {
	if e.Status != wire.EntryOK && parseError == nil {
		parseError = errors.New(statusText(e.Status))
	}
	if parseError != nil {
		return appendHex(appendError(dst, parseError), e.Payload)
	}
	if !k.Known() {
		return appendHex(dst, e.Payload)
	}
	with, err := k.AppendJSON(append(dst, `,"record":`...), e.Payload)
	if err != nil {
		return appendHex(appendError(dst, err), e.Payload)
	}
	return with
}

// statusText says what is wrong with an entry that is not decoded.
func statusText(s wire.EntryStatus) string {
	return [...]string{
		wire.EntryOK:          "",
		wire.EntryBadChecksum: "payload does not match its checksum",
		wire.EntryOutOfRange:  "payload lies outside the payload file",
		wire.EntryTorn:        "payload is cut off at the end of the payload file",
		wire.EntryTooLarge:    "payload is too large to decode",
		wire.EntryLost:        "entry is lost with the part of the file that held it",
	}[s]
}

func appendError(dst []byte, err error) []byte {
	return serdejson.AppendString(append(dst, `,"error":`...), err.Error())
}

func appendHex(dst, payload []byte) []byte {
	if len(payload) == 0 {
		return dst
	}
	dst = append(dst, `,"hex":"`...)
	return append(hex.AppendEncode(dst, payload), '"')
}
