package fcvm.fuse;

import static fcvm.fuse.FuseOpcode.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fcvm.linux.Errno;
import fcvm.linux.LinuxException;
import fcvm.linux.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The host's directory vanishes, fills up or becomes read-only: the guest is told, and the server
/// lives on.
class HostTroubleTest extends FuseTestCase {
  private boolean isMounted;

  /// The guest's directory as a file system of its own.
  private void mountSmall(String options) throws IOException {
    mount("tmpfs", options);
  }

  private void mount(String type, String options) throws IOException {
    assumeRoot();
    kernel.close();
    try {
      TestMount.mount(directory, type, options);
    } catch (LinuxException e) {
      assumeTrue(
          e.errno() != Errno.EPERM, "this computer does not let us mount: " + e.getMessage());
      throw e;
    }
    isMounted = true;
    kernel = MockKernel.mount(directory);
  }

  private void remount(int flags) throws LinuxException {
    Mount.mount("small", directory.toString(), "tmpfs", Mount.MS_REMOUNT | flags, "");
  }

  @AfterEach
  void detach() {
    if (isMounted) {
      Mount.detachResult(directory.toString());
    }
  }

  /// A container's root, or a microVM's: the first change of a file copies it up.
  @Test
  void whatOverlayfsCopiesUpStaysTheSameFile() throws IOException {
    for (String name : new String[] {"lower", "lower/d", "upper", "work"}) {
      Files.createDirectory(outside.resolve(name));
    }
    Files.writeString(outside.resolve("lower/a"), "a");
    mount(
        "overlay", "lowerdir=%1$s/lower,upperdir=%1$s/upper,workdir=%1$s/work".formatted(outside));
    long a = kernel.lookup(ROOT, "a");
    long d = kernel.lookup(ROOT, "d");
    Files.writeString(directory.resolve("a"), "b", StandardOpenOption.APPEND);
    Files.createFile(directory.resolve("d/new"));
    assertThat(outside.resolve("upper/a")).hasContent("ab");
    assertThat(kernel.lookup(ROOT, "a")).isEqualTo(a);
    assertThat(kernel.lookup(ROOT, "d")).isEqualTo(d);
  }

  @Test
  void aRemovedDirectoryHasNothing() throws IOException {
    MockKernel.File file = kernel.create(ROOT, "a", O_RDWR, 0600);
    long d = kernel.mkdir(ROOT, "d", 0755);
    for (String name : new String[] {"a", "d"}) {
      Files.delete(directory.resolve(name));
    }
    Files.delete(directory);
    assertThat(kernel.call(FUSE_LOOKUP, ROOT, "a").u64(0)).as("no such file").isZero();
    assertThat(kernel.error(FUSE_MKDIR, ROOT, 0755, 0, "x")).isEqualTo(Errno.ENOENT);
    assertThat(kernel.error(FUSE_CREATE, ROOT, O_RDWR, 0600, 0, 0, "x")).isEqualTo(Errno.ENOENT);
    assertThat(kernel.error(FUSE_SYMLINK, ROOT, "x", "t")).isEqualTo(Errno.ENOENT);
    assertThat(kernel.error(FUSE_UNLINK, ROOT, "a")).isEqualTo(Errno.ENOENT);
    assertThat(kernel.error(FUSE_MKDIR, d, 0755, 0, "x")).isEqualTo(Errno.ENOENT);
    long handle = kernel.call(FUSE_OPENDIR, ROOT, 0, 0).u64(0);
    assertThat(kernel.error(FUSE_READDIR, ROOT, handle, 0L, 4096, 0, 0L, 0, 0))
        .isEqualTo(Errno.ENOENT);
    assertThat(kernel.write(file, 0, "open")).as("what is open is usable").isEqualTo(4);
    assertThat(kernel.attr(ROOT).u32(64)).as("nlink").isZero();
    Files.createDirectory(directory);
    Files.createFile(directory.resolve("a"));
    assertThat(kernel.call(FUSE_LOOKUP, ROOT, "a").u64(0)).as("another directory").isZero();
  }

  @Test
  void aRenamedDirectoryIsTheSame() throws IOException {
    file("a", "content");
    Path moved = Files.move(directory, outside.resolve("moved"));
    Files.createDirectory(directory);
    file("b", "of another directory");
    assertThat(kernel.read(kernel.open(kernel.lookup(ROOT, "a"), O_RDONLY), 0, 9).text())
        .isEqualTo("content");
    assertThat(kernel.call(FUSE_LOOKUP, ROOT, "b").u64(0)).isZero();
    kernel.mkdir(ROOT, "d", 0755);
    assertThat(moved.resolve("d")).isDirectory();
  }

  @Test
  void aFullDiskIsToldAndForgotten() throws IOException {
    mountSmall("size=1m,nr_inodes=20");
    MockKernel.File file = kernel.create(ROOT, "a", O_RDWR, 0600);
    byte[] block = new byte[64 * 1024];
    int errno = 0;
    long offset = 0;
    while (errno == 0) {
      errno = kernel.write(file, offset, block, 0, 0).errno();
      offset += block.length;
    }
    assertThat(Errno.of(errno)).isEqualTo(Errno.ENOSPC);
    Object[] more = {file.handle(), 0L, 2L << 20, 0, 0};
    assertThat(kernel.error(FUSE_FALLOCATE, file.node(), more)).isEqualTo(Errno.ENOSPC);
    int made = 0;
    while (kernel.error(FUSE_MKDIR, ROOT, 0755, 0, "d" + made) == null) {
      made++;
    }
    assertThat(kernel.error(FUSE_MKDIR, ROOT, 0755, 0, "x")).isEqualTo(Errno.ENOSPC);
    assertThat(kernel.error(FUSE_CREATE, ROOT, O_RDWR, 0600, 0, 0, "x")).isEqualTo(Errno.ENOSPC);
    assertThat(kernel.error(FUSE_MKNOD, ROOT, 0100600, 0, 0, 0, "x")).isEqualTo(Errno.ENOSPC);
    assertThat(kernel.error(FUSE_TMPFILE, ROOT, O_RDWR, 0600, 0, 0, "/")).isEqualTo(Errno.ENOSPC);
    assertThat(kernel.read(file, 0, 4).body()).hasSize(4);
    // As a guest's kernel does: what it removed it forgets, and then it is gone.
    long removed = kernel.lookup(ROOT, "d0");
    assertThat(kernel.error(FUSE_RMDIR, ROOT, "d0")).isNull();
    kernel.call(FUSE_FORGET, removed, 2L);
    kernel.setattr(file.node(), SetAttr.FATTR_SIZE, 0, 0, 0, 0);
    assertThat(kernel.write(file, 0, "room again")).isEqualTo(10);
    kernel.mkdir(ROOT, "x", 0755);
  }

  @Test
  void aDirectoryThatBecomesReadOnlyIsToldSo() throws IOException {
    mountSmall("size=1m");
    file("a", "content");
    MockKernel.File file = kernel.open(kernel.lookup(ROOT, "a"), O_RDONLY);
    remount(Mount.MS_RDONLY);
    long a = file.node();
    assertThat(kernel.error(FUSE_OPEN, a, O_RDWR, 0)).isEqualTo(Errno.EROFS);
    assertThat(kernel.error(FUSE_CREATE, ROOT, O_RDWR, 0600, 0, 0, "x")).isEqualTo(Errno.EROFS);
    assertThat(kernel.error(FUSE_MKDIR, ROOT, 0755, 0, "x")).isEqualTo(Errno.EROFS);
    assertThat(kernel.error(FUSE_UNLINK, ROOT, "a")).isEqualTo(Errno.EROFS);
    assertThat(kernel.error(FUSE_RENAME, ROOT, ROOT, "a", "b")).isEqualTo(Errno.EROFS);
    assertThat(kernel.error(FUSE_LINK, ROOT, a, "b")).isEqualTo(Errno.EROFS);
    assertThat(kernel.setattr(a, SetAttr.FATTR_MODE, 0, 0600, 0, 0).error()).isEqualTo(Errno.EROFS);
    assertThat(kernel.setattr(a, SetAttr.FATTR_SIZE, 0, 0, 0, 0).error()).isEqualTo(Errno.EROFS);
    assertThat(kernel.error(FUSE_SETXATTR, a, 1, 0, 0, 0, "user.x", "v".getBytes(UTF_8)))
        .isEqualTo(Errno.EROFS);
    assertThat(kernel.error(FUSE_SETLK, a, file.handle(), 1L, 0L, 9L, 0, 1, 0, 0)).isNull();
    assertThat(kernel.read(file, 0, 10).text()).isEqualTo("content");
    kernel.call(FUSE_FLUSH, a, file.handle(), 0, 0, 1L);
    remount(0);
    assertThat(kernel.write(kernel.open(a, O_RDWR), 0, "C")).isEqualTo(1);
  }

  /// Each use of the directory finds it again by name, since there are hardly any descriptors.
  @Test
  void aDirectoryThatTurnsIntoALinkLeadsNowhere() throws Exception {
    Passthrough shared = new Passthrough(directory, new Limits(1000, 1, 16));
    Path d = Files.createDirectory(directory.resolve("d"));
    Path away = directory.resolve("away");
    Thread swapper =
        Thread.ofPlatform()
            .start(() -> {
              try {
                while (!Thread.currentThread().isInterrupted()) {
                  Files.move(d, away);
                  Files.createSymbolicLink(d, outside.resolve("beside"));
                  Files.delete(d);
                  Files.move(away, d, StandardCopyOption.ATOMIC_MOVE);
                }
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    try (MockKernel guest = MockKernel.mount(new FuseServer(shared, FuseOptions.DEFAULT))) {
      long node = 0;
      file("other", "");
      for (int i = 0; i < 3000; i++) {
        MockKernel.Answer found = guest.call(FUSE_LOOKUP, ROOT, "d");
        node = found.errno() == 0 && found.u64(0) != 0 ? found.u64(0) : node;
        guest.call(FUSE_LOOKUP, ROOT, "other");
        guest.call(FUSE_MKNOD, node, 0100600, 0, 0, 0, "x" + i);
        guest.call(FUSE_RENAME, node, ROOT, "x" + i, "y");
        guest.call(FUSE_RENAME, ROOT, node, "y", "z");
      }
    } finally {
      swapper.interrupt();
      swapper.join();
    }
    assertThat(outside.resolve("beside")).isEmptyDirectory();
    assertThat(Files.exists(outside.resolve("y"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(secret).hasContent("secret");
  }
}
