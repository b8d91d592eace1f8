package redex

import (
	"fmt"
	"path/filepath"
	"strings"
)

// MaxChannelNameLen is the longest channel name, in bytes.
const MaxChannelNameLen = 255

// ValidateChannelName reports what keeps name from being the name of a
// channel: 1 to 255 bytes of a-z 0-9 - _ . /, segments between single slashes,
// none of them "." or "..". Stores of old versions may hold upper case; they
// can be read, not written. The error is an *[Error] of kind [ChannelFailed].
func ValidateChannelName(name string) error {
	if name == "" {
		return channelError("channel name is empty")
	}
	if len(name) > MaxChannelNameLen {
		return channelError(fmt.Sprintf("channel name is %d bytes long (max %d)", len(name), MaxChannelNameLen))
	}
	for i, c := range []byte(name) {
		if !isNameByte(c) {
			return channelError(fmt.Sprintf("channel name %q: byte %#02x at %d is not one of a-z 0-9 - _ . /", name, c, i))
		}
	}
	for segment := range strings.SplitSeq(name, "/") {
		switch segment {
		case "":
			return channelError(fmt.Sprintf("channel name %q has an empty segment", name))
		case ".", "..":
			return channelError(fmt.Sprintf("channel name %q has a segment %q", name, segment))
		}
	}
	return nil
}

func isNameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("-_./", c) >= 0
}

// ChannelPath returns the native path of the directory of the named channel
// below base: one directory for each segment of the name, nothing escaped.
func ChannelPath(base, name string) (string, error) {
	if err := ValidateChannelName(name); err != nil {
		return "", err
	}
	return filepath.Join(base, filepath.FromSlash(name)), nil
}

// SalvagedSuffix ends the names that chains of salvaged records get: they have the rest of
// the name of the channel that they were salvaged from. SalvagedOrigin ends their origins,
// behind the path of the payload file.
const (
	SalvagedSuffix = ".salvaged"
	SalvagedOrigin = "/dat/salvaged"
)
