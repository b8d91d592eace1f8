package cli

import (
	"fmt"
	"io/fs"
	"testing"
	"testing/fstest"
)

// system is a /proc and a /sys of the given files.
func system(files map[string]string) fs.FS {
	m := fstest.MapFS{}
	for name, content := range files {
		m[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return m
}

const groups = "sys/fs/cgroup/"

// The nearest limit of our control group and of those around it holds, and files that
// were only read count as free.
func TestControlGroupsLimitMemory(t *testing.T) {
	group := func(name, limit string, used, cached int) map[string]string {
		return map[string]string{
			groups + name + "memory.max": limit + "\n", groups + name + "memory.current": fmt.Sprintf("%d\n", used),
			groups + name + "memory.stat": fmt.Sprintf("anon 7\ninactive_file %d\nactive_file 2\nfile 99\n", cached),
		}
	}
	for _, v := range []struct {
		name      string
		own       string
		groups    []map[string]string
		left, all int64
		none      bool
	}{
		{"own", "0::/a/b\n", []map[string]string{group("a/b/", "1000", 400, 98)}, 700, 1000, false},
		{"the one around it is nearer", "0::/a/b\n", []map[string]string{group("a/b/", "1000", 100, 0), group("a/", "800", 700, 8)}, 110, 800, false},
		{"the one around it alone", "0::/a/b\n", []map[string]string{group("a/b/", "max", 100, 0), group("a/", "800", 700, 8)}, 110, 800, false},
		{"in a container it is the top", "0::/\n", []map[string]string{group("", "500", 402, 0)}, 100, 500, false},
		{"used up", "0::/a\n", []map[string]string{group("a/", "500", 502, 0)}, 0, 500, false},
		{"more than all", "0::/a\n", []map[string]string{group("a/", "500", 612, 0)}, -110, 500, false},
		{"none limited", "0::/a\n", []map[string]string{group("a/", "max", 10, 0)}, 0, 0, true},
		{"no such group here", "0::/../x\n", nil, 0, 0, true},
		{"version 1", "5:memory:/a\n1:name=systemd:/a\n", []map[string]string{group("a/", "500", 10, 0)}, 0, 0, true},
		{"broken", "0::/a\n", []map[string]string{{groups + "a/memory.max": "many"}}, 0, 0, true},
	} {
		files := map[string]string{"proc/self/cgroup": v.own}
		for _, g := range v.groups {
			for name, content := range g {
				files[name] = content
			}
		}
		left, all, err := controlGroupLeft(system(files))
		if left != v.left || all != v.all || (err != nil) != v.none {
			t.Errorf("%s: %d of %d bytes are left, %v", v.name, left, all, err)
		}
	}
	if _, _, err := controlGroupLeft(system(nil)); err == nil {
		t.Error("a system without control groups has a limit")
	}
}

// What is left of a machine is what its kernel says is available, with its swap.
func TestMachinesLimitMemory(t *testing.T) {
	for _, v := range []struct {
		name, meminfo string
		left, all     int64
		none          bool
	}{
		{"with swap", "MemTotal:  1000 kB\nMemFree: 1 kB\nMemAvailable:   600 kB\nSwapTotal: 50 kB\nSwapFree: 40 kB\n", 640 << 10, 1050 << 10, false},
		{"without", "MemTotal:  1000 kB\nMemFree: 1 kB\nMemAvailable:   600 kB\n", 600 << 10, 1000 << 10, false},
		{"a kernel that does not say", "MemTotal:  1000 kB\nMemFree: 1 kB\n", 0, 0, true},
		{"nothing", "", 0, 0, true},
	} {
		left, all, err := machineLeft(system(map[string]string{"proc/meminfo": v.meminfo}))
		if left != v.left || all != v.all || (err != nil) != v.none {
			t.Errorf("%s: %d of %d bytes are left, %v", v.name, left, all, err)
		}
	}
}

// The nearest of several limits decides, and a limit that cannot be read does not.
func TestTheNearestLimitDecides(t *testing.T) {
	limit := func(name string, left int64, err error) memoryLimit {
		return memoryLimit{name, func() (int64, int64, error) { return left, 1 << 40, err }, false}
	}
	least, nearest := leastLeft([]memoryLimit{limit("far", 1<<39, nil), limit("near", 1<<30, nil), limit("broken", 1, errNoLimit)})
	if nearest.name != "near" || least > 1<<30+1<<29 {
		t.Errorf("%s, %d bytes", nearest.name, least)
	}
}
