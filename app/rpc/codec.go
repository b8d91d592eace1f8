package rpc

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// request is a message from the page.
type request struct {
	_      struct{} `cbor:",toarray"`
	Number uint64
	Method string
	Body   cbor.RawMessage
}

// replyKind says what a message from the engine is.
type replyKind uint8

const (
	replyAnswer replyKind = iota
	replyProgress
	replyError
)

// reply is a message from the engine.
type reply struct {
	_      struct{} `cbor:",toarray"`
	Number uint64
	Kind   replyKind
	Body   cbor.RawMessage
}

// codec encodes and decodes messages. Both ends are this program, yet limits
// stay explicit: a table of rows or a full snapshot fits with room to spare.
type codec struct {
	enc cbor.EncMode
	dec cbor.DecMode
}

func newCodec() codec {
	enc, err := cbor.EncOptions{}.EncMode()
	if err != nil {
		panic("invariant: " + err.Error())
	}
	dec, err := cbor.DecOptions{
		IndefLength:      cbor.IndefLengthForbidden,
		TagsMd:           cbor.TagsForbidden,
		MaxNestedLevels:  32,
		MaxArrayElements: 1 << 20,
		MaxMapPairs:      1 << 20,
	}.DecMode()
	if err != nil {
		panic("invariant: " + err.Error())
	}
	return codec{enc: enc, dec: dec}
}

// encode returns v as CBOR. Everything sent is a plain struct of this program.
func (c codec) encode(v any) []byte {
	b, err := c.enc.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("invariant: cannot encode %T: %v", v, err))
	}
	return b
}
