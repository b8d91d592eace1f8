package engines

import (
	"bufio"
	"net"
	"strings"
)

// outside is where browsers think the rest of the world is: a proxy that lets
// nothing through and remembers what was wanted.
type outside struct {
	listener net.Listener
	journal  *journal
	ignored  []string // hosts that the browser itself asks for
}

// newOutside starts a proxy on this machine.
func newOutside(j *journal, ignored ...string) (*outside, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	o := &outside{listener: listener, journal: j, ignored: ignored}
	go o.accept()
	return o, nil
}

func (o *outside) address() string { return o.listener.Addr().String() }

func (o *outside) close() error { return o.listener.Close() }

func (o *outside) accept() {
	for {
		conn, err := o.listener.Accept()
		if err != nil {
			return
		}
		go o.refuse(conn)
	}
}

// refuse remembers the first line: "GET http://host/path HTTP/1.1". Whatever
// else arrives, TLS for instance, is a request as well; a connection that says
// nothing is none.
func (o *outside) refuse(conn net.Conn) {
	defer conn.Close()
	line, _ := bufio.NewReader(conn).ReadString('\n')
	if line == "" {
		return
	}
	fields := strings.Fields(line)
	if len(fields) == 3 && strings.HasPrefix(fields[2], "HTTP/") {
		line = fields[1]
	}
	o.remember(strings.ToValidUTF8(line, "?"))
	_, _ = conn.Write([]byte("HTTP/1.1 403 No way out\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
}

func (o *outside) remember(wanted string) {
	for _, host := range o.ignored {
		if strings.Contains(wanted, host) {
			return
		}
	}
	o.journal.ask(wanted)
}
