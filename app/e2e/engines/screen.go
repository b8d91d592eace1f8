package engines

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// screen is an X server without a monitor.
type screen struct {
	*process
	display string // ":7"
}

func startScreen(ctx context.Context) (_ *screen, err error) {
	program, err := findProgram("xvfb", "Xvfb")
	if err != nil {
		return nil, err
	}
	// The server chooses a number that is free and writes it to file 3.
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer read.Close()
	command := exec.Command(program, "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", Width, Height), "-nolisten", "tcp")
	command.ExtraFiles = []*os.File{write}
	p, err := startProcess(command)
	if err = errors.Join(err, write.Close()); err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = read.Close() })
	defer stop()
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s gave no display: %w: %s", program, err, p.output()), ctx.Err(), p.stop())
	}
	return &screen{process: p, display: ":" + strings.TrimSpace(number)}, nil
}
