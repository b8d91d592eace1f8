// A file system in memory with the calls of Node's fs that Go's syscall package
// makes: enough for Go tests that read their testdata and write below /tmp.
//
// memfs.add(path, bytes) adds a file, memfs.directory is where relative paths
// begin, memfs.print(text) gets what the program writes to stdout and stderr.
"use strict";

(() => {
  const constants = {
    O_WRONLY: 0o1, O_RDWR: 0o2, O_CREAT: 0o100, O_EXCL: 0o200, O_TRUNC: 0o1000, O_APPEND: 0o2000, O_DIRECTORY: 0o200000,
  };
  const memfs = globalThis.memfs = { directory: "/", print: () => {}, ended: false };

  // refuse throws what Go turns into the error number of that name.
  const refuse = (code) => { throw Object.assign(new Error(code), { code }); };

  // Nodes ------------------------------------------------------------------------

  // A node is a directory if it has children, a symbolic link if it has a target,
  // else a file whose content is the first size bytes.
  let nodes = 0;
  const newNode = (fields) => ({ number: ++nodes, changedMS: Date.now(), ...fields });
  const newDirectory = () => newNode({ children: new Map() });
  const newFile = (bytes = new Uint8Array(0)) => newNode({ bytes, size: bytes.length });
  const newLink = (target) => newNode({ target });
  const root = newDirectory();
  root.children.set("tmp", newDirectory());

  const resize = (file, size) => {
    if (size > file.bytes.length) {
      const larger = new Uint8Array(Math.max(size, 2 * file.bytes.length));
      larger.set(file.bytes.subarray(0, file.size));
      file.bytes = larger;
    }
    file.bytes.fill(0, Math.min(size, file.size), file.size);
    file.size = size;
    file.changedMS = Date.now();
  };

  // Paths ------------------------------------------------------------------------

  const steps = (path) => {
    const taken = [];
    for (const step of (path.startsWith("/") ? path : `${memfs.directory}/${path}`).split("/")) {
      if (step === "..") {
        taken.pop();
      } else if (step !== "" && step !== ".") {
        taken.push(step);
      }
    }
    return taken;
  };

  const child = (node, name) => (follow(node).children ?? refuse("ENOTDIR")).get(name);
  const walk = (names) => names.reduce((node, name) => child(node, name) ?? refuse("ENOENT"), root);
  const follow = (node) => (node.target === undefined ? node : find(node.target));
  const find = (path) => follow(walk(steps(path)));

  // place is where a path's last name is, or would be.
  const place = (path) => {
    const names = steps(path);
    const name = names.pop() ?? refuse("EBUSY");
    const parent = follow(walk(names));
    return { parent, name, node: child(parent, name) };
  };

  memfs.add = (path, bytes) => {
    const names = steps(path);
    const name = names.pop();
    let directory = root;
    for (const step of names) {
      directory.children.set(step, directory.children.get(step) ?? newDirectory());
      directory = directory.children.get(step);
    }
    // What was written just now could be in the middle of being written.
    directory.children.set(name, { ...newFile(bytes), changedMS: Date.now() - 86_400_000 });
  };

  // Open files -------------------------------------------------------------------

  const firstDescriptor = 3;
  let lastDescriptor = firstDescriptor - 1;
  const open = new Map();
  const opened = (fd) => open.get(fd) ?? refuse("EBADF");
  const openedFile = (fd) => (opened(fd).node.children ? refuse("EISDIR") : opened(fd));

  const decoder = new TextDecoder();
  const writeSync = (fd, bytes) => {
    memfs.print(decoder.decode(bytes, { stream: true }));
    return bytes.length;
  };

  const modeOf = ({ children, target }) => (children ? 0o040755 : target ? 0o120777 : 0o100644);
  const stat = (node) => ({
    isDirectory: () => node.children !== undefined,
    mode: modeOf(node),
    size: node.size ?? 0, ino: node.number, nlink: 1,
    atimeMs: node.changedMS, mtimeMs: node.changedMS, ctimeMs: node.changedMS,
    dev: 1, uid: 0, gid: 0, rdev: 0, blksize: 4096, blocks: 0,
  });

  // The calls --------------------------------------------------------------------

  const calls = {
    open(path, flags) {
      let { parent, name, node } = steps(path).length === 0 ? { node: root } : place(path);
      if (node && flags & constants.O_CREAT && flags & constants.O_EXCL) {
        refuse("EEXIST");
      }
      if (!node) {
        node = flags & constants.O_CREAT ? newFile() : refuse("ENOENT");
        parent.children.set(name, node);
      }
      node = follow(node);
      const writes = flags & (constants.O_WRONLY | constants.O_RDWR);
      if (node.children && writes) {
        refuse("EISDIR");
      }
      if (!node.children && flags & constants.O_DIRECTORY) {
        refuse("ENOTDIR");
      }
      if (flags & constants.O_TRUNC) {
        resize(node, 0);
      }
      open.set(++lastDescriptor, { node, at: 0, appends: (flags & constants.O_APPEND) !== 0 });
      return lastDescriptor;
    },

    close(fd) {
      opened(fd);
      open.delete(fd);
    },

    // Without a position, a file is read and written where it was left.
    read(fd, buffer, offset, length, position) {
      const file = openedFile(fd);
      const from = position ?? file.at;
      const part = file.node.bytes.subarray(Math.min(from, file.node.size), Math.min(from + length, file.node.size));
      buffer.set(part, offset);
      if (position === null) {
        file.at = from + part.length;
      }
      return part.length;
    },

    write(fd, buffer, offset, length, position) {
      const part = buffer.subarray(offset, offset + length);
      if (fd < firstDescriptor) {
        return writeSync(fd, part);
      }
      const file = openedFile(fd);
      const from = file.appends ? file.node.size : position ?? file.at;
      resize(file.node, Math.max(file.node.size, from + length));
      file.node.bytes.set(part, from);
      if (position === null) {
        file.at = from + length;
      }
      return length;
    },

    ftruncate: (fd, size) => resize(openedFile(fd).node, size),
    fsync: (fd) => { opened(fd); },
    fstat: (fd) => stat(opened(fd).node),
    stat: (path) => stat(find(path)),
    lstat: (path) => stat(walk(steps(path))),
    readdir: (path) => [...(find(path).children ?? refuse("ENOTDIR")).keys()],

    mkdir(path) {
      const { parent, name, node } = place(path);
      parent.children.set(name, node ? refuse("EEXIST") : newDirectory());
    },

    rmdir(path) {
      const { parent, name, node } = place(path);
      const { children } = node ?? refuse("ENOENT");
      (children ?? refuse("ENOTDIR")).size === 0 ? parent.children.delete(name) : refuse("ENOTEMPTY");
    },

    unlink(path) {
      const { parent, name, node } = place(path);
      (node ?? refuse("ENOENT")).children ? refuse("EISDIR") : parent.children.delete(name);
    },

    // Go's tests link to absolute paths only.
    symlink(target, path) {
      const { parent, name, node } = place(path);
      parent.children.set(name, node ? refuse("EEXIST") : newLink(target));
    },

    rename(from, to) {
      const source = place(from);
      const target = place(to);
      target.parent.children.set(target.name, source.node ?? refuse("ENOENT"));
      source.parent.children.delete(source.name);
    },
  };

  // Node's calls end by calling back with an error or null, and a result, and never
  // before they have returned: a program that ended meanwhile, in another goroutine,
  // would be gone beneath the call. Nor do they call a program that has ended.
  const calledBack = (call) => (...args) => {
    const callback = args.pop();
    const answer = (...answers) => queueMicrotask(() => memfs.ended || callback(...answers));
    let result;
    try {
      result = call(...args);
    } catch (err) {
      answer(err);
      return;
    }
    answer(null, result);
  };

  globalThis.fs = { constants, writeSync };
  for (const [name, call] of Object.entries(calls)) {
    fs[name] = calledBack(call);
  }
  globalThis.path = { resolve: (path) => `/${steps(path).join("/")}` };
  globalThis.process = {
    pid: 1, ppid: 0, cwd: () => memfs.directory,
    getuid: () => 0, getgid: () => 0, geteuid: () => 0, getegid: () => 0, getgroups: () => [],
  };
})();
