package fcvm.fuse;

import static fcvm.fuse.FuseOpcode.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fcvm.linux.Errno;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Numbers that no kernel sends: nodes, handles, offsets and sizes of the wrong kind.
class HostileValuesTest extends FuseTestCase {
  private MockKernel.File file;
  private long directoryHandle;

  private void open() throws IOException {
    file("a", "content");
    file = kernel.open(kernel.lookup(ROOT, "a"), O_RDWR);
    directoryHandle = kernel.call(FUSE_OPENDIR, ROOT, 0, 0).u64(0);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 2, 1000, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32, (1L << 32) + 1})
  void nodesThatAreNotKnown(long node) {
    long child = kernel.mkdir(ROOT, "d", 0755);
    kernel.call(FUSE_FORGET, child, 1L);
    List<Errno> errors =
        List.of(
            kernel.error(FUSE_LOOKUP, node, "a"),
            kernel.error(FUSE_GETATTR, node, 0, 0, 0L),
            kernel.error(FUSE_STATX, node, 0, 0, 0L, 0, 0xfff),
            kernel.setattr(node, SetAttr.FATTR_MODE, 0, 0777, 0, 0).error(),
            kernel.error(FUSE_READLINK, node),
            kernel.error(FUSE_SYMLINK, node, "x", "t"),
            kernel.error(FUSE_MKNOD, node, 0100644, 0, 0, 0, "x"),
            kernel.error(FUSE_MKDIR, node, 0755, 0, "x"),
            kernel.error(FUSE_UNLINK, node, "x"),
            kernel.error(FUSE_RMDIR, node, "x"),
            kernel.error(FUSE_RENAME, node, ROOT, "x", "y"),
            kernel.error(FUSE_RENAME, ROOT, node, "x", "y"),
            kernel.error(FUSE_LINK, ROOT, node, "x"),
            kernel.error(FUSE_LINK, node, ROOT, "x"),
            kernel.error(FUSE_OPEN, node, O_RDWR, 0),
            kernel.error(FUSE_OPENDIR, node, 0, 0),
            kernel.error(FUSE_CREATE, node, O_RDWR, 0644, 0, 0, "x"),
            kernel.error(FUSE_TMPFILE, node, O_RDWR, 0644, 0, 0, "x"),
            kernel.error(FUSE_STATFS, node),
            kernel.error(FUSE_ACCESS, node, 4, 0),
            kernel.error(FUSE_GETXATTR, node, 10, 0, "user.x"),
            kernel.error(FUSE_LISTXATTR, node, 10, 0),
            kernel.error(FUSE_SETXATTR, node, 1, 0, 0, 0, "user.x", new byte[1]),
            kernel.error(FUSE_REMOVEXATTR, node, "user.x"));
    assertThat(errors).containsOnly(Errno.ESTALE);
  }

  @Test
  void handlesOfAnotherKind() throws IOException {
    open();
    long[][] wrong = {
      {file.node(), directoryHandle},
      {ROOT, file.handle()},
      {file.node(), 0},
      {file.node(), -1},
      {file.node(), Long.MIN_VALUE},
      {ROOT, directoryHandle}
    };
    for (long[] pair : wrong) {
      long node = pair[0];
      long handle = pair[1];
      List<Errno> errors =
          List.of(
              kernel.read(new MockKernel.File(node, handle), 0, 10).error(),
              kernel.write(new MockKernel.File(node, handle), 0, new byte[5], 0, 0).error(),
              kernel.error(FUSE_FLUSH, node, handle, 0, 0, 1L),
              kernel.error(FUSE_FSYNC, node, handle, 0, 0),
              kernel.error(FUSE_FALLOCATE, node, handle, 0L, 5L, 0, 0),
              kernel.error(FUSE_LSEEK, node, handle, 0L, 3, 0),
              kernel.error(FUSE_GETLK, node, handle, 1L, 0L, 9L, 1, 1, 0, 0),
              kernel.error(FUSE_SETLK, node, handle, 1L, 0L, 9L, 1, 1, 0, 0),
              kernel.error(FUSE_SETLKW, node, handle, 1L, 0L, 9L, 1, 1, 0, 0),
              kernel.error(FUSE_SETLK, node, handle, 1L, 0L, 9L, 1, 1, 1, 0),
              copy(node, handle, 0, file.node(), file.handle(), 0, 5),
              copy(file.node(), file.handle(), 0, node, handle, 0, 5));
      assertThat(errors).containsOnly(Errno.EBADF);
      kernel.call(FUSE_RELEASE, node, handle, 0, 0, 0L);
    }
    for (long handle : new long[] {file.handle(), 0, -1}) {
      assertThat(kernel.error(FUSE_READDIR, ROOT, handle, 0L, 4096, 0, 0L, 0, 0))
          .isEqualTo(Errno.EBADF);
      assertThat(kernel.error(FUSE_READDIRPLUS, file.node(), handle, 0L, 4096, 0, 0L, 0, 0))
          .isEqualTo(Errno.EBADF);
      assertThat(kernel.error(FUSE_FSYNCDIR, ROOT, handle, 0, 0)).isEqualTo(Errno.EBADF);
      kernel.call(FUSE_RELEASEDIR, ROOT, handle, 0, 0, 0L);
    }
    assertThat(kernel.read(file, 0, 10).text())
        .as("released as what it is not")
        .isEqualTo("content");
    kernel.release(file);
    kernel.release(file);
    assertThat(kernel.read(file, 0, 10).error()).as("released twice").isEqualTo(Errno.EBADF);
    assertThat(kernel.attr(file.node()).errno()).isZero();
  }

  private Errno copy(
      long node, long handle, long from, long toNode, long toHandle, long to, long length) {
    return kernel.error(FUSE_COPY_FILE_RANGE, node, handle, from, toNode, toHandle, to, length, 0L);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MIN_VALUE + 4096})
  void negativeOffsets(long offset) throws IOException {
    open();
    long n = file.node();
    long h = file.handle();
    assertThat(kernel.read(file, offset, 4096).error()).isEqualTo(Errno.EINVAL);
    assertThat(kernel.write(file, offset, new byte[5], 0, 0).error()).isEqualTo(Errno.EINVAL);
    assertThat(kernel.error(FUSE_FALLOCATE, n, h, offset, 5L, 0, 0)).isEqualTo(Errno.EINVAL);
    assertThat(kernel.error(FUSE_FALLOCATE, n, h, 0L, offset, 0, 0)).isEqualTo(Errno.EINVAL);
    assertThat(kernel.error(FUSE_LSEEK, n, h, offset, 3, 0)).isEqualTo(Errno.ENXIO);
    assertThat(kernel.setattr(n, SetAttr.FATTR_SIZE, offset, 0, 0, 0).error())
        .isEqualTo(Errno.EINVAL);
    assertThat(copy(n, h, offset, n, h, 0, 5)).isIn(Errno.EINVAL, Errno.EOVERFLOW);
    assertThat(copy(n, h, 0, n, h, offset, 5)).isIn(Errno.EINVAL, Errno.EOVERFLOW);
    assertThat(kernel.error(FUSE_READDIR, ROOT, directoryHandle, offset, 4096, 0, 0L, 0, 0))
        .isEqualTo(Errno.EINVAL);
    assertThat(kernel.error(FUSE_SETLK, n, h, 1L, offset, 9L, 1, 1, 0, 0)).isEqualTo(Errno.EINVAL);
    assertThat(directory.resolve("a")).hasContent("content");
  }

  @Test
  void hugeOffsetsAndSizes() throws IOException {
    open();
    long n = file.node();
    long h = file.handle();
    assertThat(kernel.read(file, Long.MAX_VALUE - 4095, 4096).body()).isEmpty();
    assertThat(kernel.read(file, 0, -1).text()).as("size 2^32 - 1").isEqualTo("content");
    assertThat(kernel.write(file, Long.MAX_VALUE - 2, new byte[5], 0, 0).error())
        .isIn(Errno.EFBIG, Errno.EINVAL);
    assertThat(kernel.error(FUSE_WRITE, n, h, 0L, -1, 0, 0L, 0, 0, new byte[5]))
        .as("more than there is")
        .isEqualTo(Errno.EINVAL);
    assertThat(kernel.error(FUSE_FALLOCATE, n, h, Long.MAX_VALUE, Long.MAX_VALUE, 0, 0))
        .isEqualTo(Errno.EFBIG);
    assertThat(kernel.error(FUSE_READDIR, ROOT, directoryHandle, 0L, -1, 0, 0L, 0, 0)).isNull();
    assertThat(kernel.call(FUSE_READDIR, ROOT, directoryHandle, 0L, 3, 0, 0L, 0, 0).body())
        .as("no room for an entry")
        .isEmpty();
    assertThat(kernel.error(FUSE_SETXATTR, n, -1, 0, 0, 0, "user.x", new byte[5]))
        .isEqualTo(Errno.EINVAL);
    assertThat(kernel.error(FUSE_GETXATTR, n, -1, 0, "user.x")).isEqualTo(Errno.ENODATA);
    assertThat(kernel.error(FUSE_SETXATTR, n, 1, 0, 0, 0, "user." + "n".repeat(300), new byte[1]))
        .isEqualTo(Errno.ERANGE);
    assertThat(kernel.call(FUSE_BATCH_FORGET, 0, -1, 0, n, 0L, 99L, 5L).error())
        .as("shorter than it says")
        .isEqualTo(Errno.EINVAL);
    assertThat(kernel.attr(n).errno()).isZero();
    kernel.call(FUSE_FORGET, n, -1L);
    assertThat(kernel.attr(n).errno()).as("known less than no times").isZero();
    kernel.call(FUSE_FORGET, n, Long.MAX_VALUE);
    assertThat(kernel.error(FUSE_OPEN, n, O_RDONLY, 0)).isEqualTo(Errno.ESTALE);
    assertThat(kernel.read(file, 0, 9).text()).as("open, though forgotten").isEqualTo("content");
    assertThat(kernel.error(FUSE_GETATTR, n, 1, 0, h)).isNull();
  }

  @Test
  void nothingIsFoundInWhatIsNoDirectory() throws IOException {
    open();
    long a = file.node();
    List<Errno> errors =
        List.of(
            kernel.error(FUSE_LOOKUP, a, "x"),
            kernel.error(FUSE_MKDIR, a, 0755, 0, "x"),
            kernel.error(FUSE_MKNOD, a, 0100644, 0, 0, 0, "x"),
            kernel.error(FUSE_CREATE, a, O_RDWR, 0644, 0, 0, "x"),
            kernel.error(FUSE_TMPFILE, a, O_RDWR, 0644, 0, 0, "x"),
            kernel.error(FUSE_SYMLINK, a, "x", "t"),
            kernel.error(FUSE_UNLINK, a, "x"),
            kernel.error(FUSE_RMDIR, a, "x"),
            kernel.error(FUSE_RENAME, a, ROOT, "x", "y"),
            kernel.error(FUSE_RENAME2, ROOT, a, 0, 0, "a", "y"),
            kernel.error(FUSE_LINK, a, a, "x"),
            kernel.error(FUSE_OPENDIR, a, 0, 0));
    assertThat(errors).containsOnly(Errno.ENOTDIR);
  }

  @Test
  void flagsThatNobodyKnows() throws IOException {
    open();
    long n = file.node();
    long h = file.handle();
    for (int flags : new int[] {3, 6, 8, 1 << 20, -1}) {
      assertThat(kernel.error(FUSE_RENAME2, ROOT, ROOT, flags, 0, "a", "b"))
          .as("rename %d", flags)
          .isEqualTo(Errno.EINVAL);
    }
    assertThat(kernel.error(FUSE_FALLOCATE, n, h, 0L, 5L, -1, 0)).isNotNull();
    assertThat(kernel.error(FUSE_LSEEK, n, h, 0L, -1, 0)).isEqualTo(Errno.EINVAL);
    assertThat(kernel.error(FUSE_SETXATTR, n, 1, -1, 0, 0, "user.x", new byte[1]))
        .isEqualTo(Errno.EINVAL);
    MockKernel.File created = kernel.create(ROOT, "b", -1 & ~0200, 0600);
    assertThat(kernel.read(created, 0, 5).body()).isEmpty();
    assertThat(directory.resolve("a")).hasContent("content");
  }

  @Test
  void aWhiteoutIsLeftBehind() throws IOException {
    assumeRoot();
    open();
    assertThat(kernel.error(FUSE_RENAME2, ROOT, ROOT, 4, 0, "a", "b")).isNull();
    assertThat(unix(directory.resolve("a"), "mode")).isEqualTo(0020000);
    assertThat(unix(directory.resolve("a"), "rdev")).isZero();
    assertThat(directory.resolve("b")).hasContent("content");
    assertThat(kernel.read(file, 0, 9).text()).isEqualTo("content");
  }

  @Test
  void aFileHasOnlySoManyNames() throws IOException {
    Path a = file("a", "content");
    Path names = Files.createDirectory(directory.resolve("names"));
    int limit = 1;
    try {
      for (; limit < 65_100; limit++) {
        Files.createLink(names.resolve(Integer.toString(limit)), a);
      }
      abort("this file system has no such limit");
    } catch (FileSystemException e) {
      assumeTrue("Too many links".equals(e.getReason()), "other trouble: " + e.getReason());
    }
    assertThat(kernel.error(FUSE_LINK, ROOT, kernel.lookup(ROOT, "a"), "b"))
        .isEqualTo(Errno.EMLINK);
    Files.delete(names.resolve("1"));
    assertThat(kernel.error(FUSE_LINK, ROOT, kernel.lookup(ROOT, "a"), "b")).isNull();
    assertThat(kernel.attr(kernel.lookup(ROOT, "a")).u32(64)).isEqualTo(limit);
  }

  @Test
  void theMostThatAnswersAndRequestsHold() throws IOException {
    open();
    byte[] data = "x".repeat(70_000).getBytes(UTF_8);
    assertThat(kernel.write(file, 0, data, 0, 0).u32(0)).isEqualTo(70_000);
    assertThat(kernel.read(file, 0, 1 << 20).body()).isEqualTo(data);
    assertThat(kernel.error(FUSE_SYMLINK, ROOT, "l", "t".repeat(4096)))
        .isEqualTo(Errno.ENAMETOOLONG);
    assertThat(kernel.error(FUSE_SYMLINK, ROOT, "l", "")).isEqualTo(Errno.ENOENT);
  }
}
