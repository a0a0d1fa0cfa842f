package fcvm.fuse;

import fcvm.linux.DirectoryEntry;
import fcvm.linux.Errno;
import fcvm.linux.Fd;
import fcvm.linux.Statx;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The files that the guest knows, by number and by what they are on the host, and a bounded number
/// of descriptors for them.
///
/// A file whose descriptor was needed elsewhere is opened again by the name under which it was
/// found last, from its directory on. If another file has that name by now, or none, the answer is
/// ESTALE, which makes a guest's kernel look the path up once more.
///
/// A file stays here while the guest knows it or a file in it: so a chain of parents is whole, and
/// counted. Any thread; the lock is held for no system call.
final class InodeTable {
  /// Longer than any path that a kernel makes; a chain of parents that was tangled by renames of
  /// the host at the same time ends here.
  private static final int MAX_DEPTH = 8192;

  private static final int FIRST_SIZE = 1024;

  /// Held while the guest renames something and [#moved] tells where it is now.
  final Lock renames = new ReentrantLock();

  // Written with the lock held; lookups read it without.
  private volatile long moves;

  private final Limits limits;
  private final ThreadLocal<Statx> statx = ThreadLocal.withInitial(Statx::new);
  private final boolean hasBirth;
  private final Inode root;
  private final Map<Inode, Inode> byFile = new HashMap<>();
  private final Deque<Integer> freeIds = new ArrayDeque<>();
  private final SequencedSet<Inode> withPath = new LinkedHashSet<>();
  private @Nullable Inode[] byId = new Inode[FIRST_SIZE];
  private int nextId = (int) FileSystem.ROOT;
  private long generations;

  /// @param path the root, with O_PATH; the table's from now on
  /// @param hasBirth whether files keep their time of birth
  InodeTable(Fd path, Statx statx, Limits limits, boolean hasBirth) {
    this.limits = limits;
    this.hasBirth = hasBirth;
    this.root = new Inode(statx, hasBirth);
    root.path = new SharedFd(path);
    insert(root);
  }

  private void insert(Inode inode) {
    Integer free = freeIds.poll();
    inode.id = free != null ? free : nextId++;
    inode.generation = ++generations;
    if (inode.id >= byId.length) {
      byId = Arrays.copyOf(byId, byId.length * 2);
    }
    byId[inode.id] = inode;
    byFile.put(inode, inode);
  }

  /// A file that the guest names.
  synchronized Inode get(long id) throws FuseException {
    Inode inode = id > 0 && id < byId.length ? byId[(int) id] : null;
    if (inode == null) {
      throw new FuseException(Errno.ESTALE);
    }
    return inode;
  }

  /// The guest learns of a file, once more or for the first time.
  ///
  /// @param statx what it is
  /// @param name where it was found in `parent`; null if it has no name
  /// @param seen what [#moves] was before it was found: where it was moved since is better known
  /// @param path a descriptor with O_PATH, if the caller has one; the table's from now on
  /// @throws FuseException ENFILE if it knows too many
  Inode found(Statx statx, Inode parent, byte @Nullable [] name, long seen, @Nullable Fd path)
      throws FuseException {
    Inode candidate = new Inode(statx, hasBirth);
    SharedFd unused = path == null ? null : new SharedFd(path);
    List<SharedFd> evicted = new ArrayList<>(1);
    try {
      synchronized (this) {
        Inode inode = byFile.get(candidate);
        if (inode == null) {
          if (byFile.size() >= limits.inodes()) {
            throw new FuseException(Errno.ENFILE);
          }
          inode = candidate;
          insert(inode);
        }
        inode.lookups++;
        if (inode.moved <= seen) {
          place(inode, parent, name);
        }
        if (inode.path == null && unused != null) {
          keep(inode, unused, evicted);
          unused = null;
        }
        return inode;
      }
    } finally {
      if (unused != null) {
        unused.close();
      }
      evicted.forEach(SharedFd::close);
    }
  }

  /// How often something was moved.
  long moves() {
    return moves;
  }

  /// A file has another name, if the guest knows it.
  synchronized void moved(Statx statx, Inode parent, byte[] name) {
    Inode inode = byFile.get(new Inode(statx, hasBirth));
    if (inode != null) {
      inode.moved = ++moves;
      place(inode, parent, name);
    }
  }

  @SuppressWarnings("ReferenceEquality") // the table has one object for each file
  private void place(Inode inode, Inode parent, byte @Nullable [] name) {
    if (inode == root || inode == parent) {
      return;
    }
    inode.name = name;
    Inode former = inode.parent;
    if (former != parent) {
      inode.parent = parent;
      parent.children++;
      if (former != null) {
        former.children--;
        removeUnknown(former);
      }
    }
  }

  private void keep(Inode inode, SharedFd path, List<SharedFd> evicted) {
    // Second chance: who was used since we looked last goes to the end of the line.
    for (int looked = 2 * withPath.size(); looked > 0 && withPath.size() >= limits.paths(); ) {
      Inode oldest = withPath.removeFirst();
      looked--;
      if (oldest.isRecent && oldest.path != null) {
        oldest.isRecent = false;
        withPath.add(oldest);
      } else if (oldest.path != null) {
        evicted.add(oldest.path);
        oldest.path = null;
      }
    }
    inode.path = path;
    inode.isRecent = true;
    withPath.add(inode);
  }

  /// The guest does not know a file any more, as often as it says.
  void forget(long id, long count) {
    List<SharedFd> closed = new ArrayList<>(1);
    synchronized (this) {
      Inode inode = id > FileSystem.ROOT && id < byId.length ? byId[(int) id] : null;
      if (inode == null || count < 0) {
        return;
      }
      inode.lookups -= Math.min(count, inode.lookups);
      if (inode.lookups == 0 && inode.path != null) {
        closed.add(inode.path);
        inode.path = null;
        withPath.remove(inode);
      }
      removeUnknown(inode);
    }
    closed.forEach(SharedFd::close);
  }

  @SuppressWarnings("ReferenceEquality") // as in place()
  private void removeUnknown(Inode first) {
    Inode inode = first;
    while (inode != null && inode != root && inode.lookups == 0 && inode.children == 0) {
      if (inode.id >= byId.length || byId[inode.id] != inode) {
        return; // one of a session before
      }
      byId[inode.id] = null;
      byFile.remove(inode);
      freeIds.add(inode.id);
      Inode parent = inode.parent;
      if (parent != null) {
        parent.children--;
      }
      inode = parent;
    }
  }

  /// A descriptor for a file, with O_PATH or better, until it is closed.
  ///
  /// @throws FuseException ESTALE if it is not to be found
  SharedFd use(Inode inode) throws FuseException {
    try {
      return find(inode);
    } catch (FuseException e) {
      if (e.errno() != Errno.ESTALE.number()) {
        throw e;
      }
      // Perhaps the guest moved it, or what it is in, just now: once more while nothing moves.
      renames.lock();
      try {
        return find(inode);
      } finally {
        renames.unlock();
      }
    }
  }

  private SharedFd find(Inode inode) throws FuseException {
    List<Inode> chain = new ArrayList<>();
    SharedFd fd = nearest(inode, chain);
    // From the nearest directory that is open down to the file itself.
    for (int i = chain.size() - 1; i >= 0; i--) {
      try (SharedFd directory = fd) {
        fd = open(directory, chain.get(i));
      }
    }
    return fd;
  }

  private synchronized SharedFd nearest(Inode inode, List<Inode> chain) throws FuseException {
    Inode current = inode;
    while (current != null && chain.size() < MAX_DEPTH) {
      SharedFd fd = acquired(current);
      if (fd != null) {
        return fd;
      }
      chain.add(current);
      current = current.name == null ? null : current.parent;
    }
    throw new FuseException(Errno.ESTALE);
  }

  private static @Nullable SharedFd acquired(Inode inode) {
    SharedFd path = inode.path;
    if (path != null && path.acquire()) {
      inode.isRecent = true;
      return path;
    }
    if (inode.handles != null) {
      for (SharedFd handle : inode.handles) {
        if (handle.acquire()) {
          return handle;
        }
      }
    }
    return null;
  }

  private SharedFd open(SharedFd directory, Inode inode) throws FuseException {
    byte[] name = inode.name;
    if (name == null) {
      throw new FuseException(Errno.ESTALE);
    }
    SharedFd opened;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment string = arena.allocate(name.length + 1L);
      MemorySegment.copy(name, 0, string, ValueLayout.JAVA_BYTE, 0, name.length);
      int number = DirectoryEntry.open(directory.fd(), string, Fd.O_PATH, 0);
      if (number < 0) {
        boolean isGone = number == -Errno.ENOENT.number() || number == -Errno.ENOTDIR.number();
        throw new FuseException(isGone ? Errno.ESTALE.number() : -number);
      }
      opened = new SharedFd(Fd.of(number, "inode"));
    }
    Statx now = statx.get();
    int result = now.read(opened.fd());
    if (result < 0 || !new Inode(now, hasBirth).equals(inode)) {
      opened.close();
      throw new FuseException(Errno.ESTALE);
    }
    return installed(inode, opened);
  }

  @SuppressWarnings("ReferenceEquality") // as in place()
  private SharedFd installed(Inode inode, SharedFd opened) {
    List<SharedFd> evicted = new ArrayList<>(1);
    synchronized (this) {
      // Unless another thread was faster, or the guest forgot it meanwhile, or all of them.
      boolean isKnown = byFile.get(inode) == inode && inode.lookups > 0;
      if (isKnown && inode.path == null && opened.acquire()) {
        keep(inode, opened, evicted);
      }
    }
    evicted.forEach(SharedFd::close);
    return opened;
  }

  synchronized void addHandle(Inode inode, SharedFd fd) {
    inode.addHandle(fd);
  }

  synchronized void removeHandle(Inode inode, SharedFd fd) {
    inode.removeHandle(fd);
  }

  /// How many files the guest knows, the root included.
  synchronized int size() {
    return byFile.size();
  }

  /// How many descriptors there are for them, beside the root's.
  synchronized int paths() {
    return withPath.size();
  }

  /// The guest knows nothing but the root.
  void reset() {
    List<SharedFd> closed = new ArrayList<>();
    synchronized (this) {
      for (Inode inode : withPath) {
        if (inode.path != null) {
          closed.add(inode.path);
          inode.path = null;
        }
      }
      withPath.clear();
      byFile.clear();
      freeIds.clear();
      byId = new Inode[FIRST_SIZE];
      nextId = (int) FileSystem.ROOT;
      root.children = 0;
      insert(root);
    }
    closed.forEach(SharedFd::close);
  }

  void close() {
    reset();
    SharedFd path = root.path;
    if (path != null) {
      path.close();
    }
  }
}
