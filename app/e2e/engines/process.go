package engines

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is a program that runs for a browser, with those that it starts.
type process struct {
	command *exec.Cmd
	ended   chan struct{}

	mu   sync.Mutex
	said []string
	news chan struct{} // closed and replaced with every line
}

// maxSaid bounds what is kept of a program's output, in lines.
const maxSaid = 1000

// startProcess starts a program as the head of a group of its own.
func startProcess(command *exec.Cmd) (*process, error) {
	p := &process{command: command, ended: make(chan struct{}), news: make(chan struct{})}
	out, in := io.Pipe()
	command.Stdout, command.Stderr = in, in
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	// What the program started may outlive it and hold its output open.
	command.WaitDelay = time.Second
	if err := command.Start(); err != nil {
		return nil, err
	}
	go p.hear(out)
	go func() {
		_ = command.Wait()
		_ = in.Close()
		close(p.ended)
	}()
	return p, nil
}

func (p *process) hear(out io.Reader) {
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		p.mu.Lock()
		if line != "" && len(p.said) < maxSaid {
			p.said = append(p.said, strings.TrimRight(line, "\n"))
		}
		close(p.news)
		p.news = make(chan struct{})
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// line waits for a line that begins with prefix and returns the rest of it.
func (p *process) line(ctx context.Context, prefix string) (string, error) {
	for {
		p.mu.Lock()
		news := p.news
		for _, line := range p.said {
			if rest, found := strings.CutPrefix(line, prefix); found {
				p.mu.Unlock()
				return rest, nil
			}
		}
		p.mu.Unlock()
		select {
		case <-news:
		case <-p.ended:
			return "", fmt.Errorf("%s ended: %s", p.command.Path, p.output())
		case <-ctx.Done():
			return "", fmt.Errorf("%s did not say %q: %w: %s", p.command.Path, prefix, ctx.Err(), p.output())
		}
	}
}

func (p *process) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.said, "\n")
}

// stopPatience is how long a program may take to end when it is asked to.
const stopPatience = 5 * time.Second

// stop ends the program and its group: first it is asked to, then it is killed.
func (p *process) stop() error {
	group := -p.command.Process.Pid
	_ = syscall.Kill(group, syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(stopPatience):
	}
	err := syscall.Kill(group, syscall.SIGKILL)
	<-p.ended
	if errors.Is(err, syscall.ESRCH) {
		return nil // everybody had left
	}
	return err
}
