package fcvm.fuse;

import static fcvm.fuse.FuseOpcode.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fcvm.linux.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Agreement on a version, limits, and what is refused as a whole.
class ServerTest extends FuseTestCase {
  @Test
  void agreesOnTheOlderVersionAndOnWhatBothHave() {
    MockKernel.Answer answer = kernel.init(7, 38, -1);
    assertThat(answer.body()).hasSize(64);
    assertThat(answer.u32(0)).isEqualTo(7);
    assertThat(answer.u32(4)).isEqualTo(38);
    long flags = Integer.toUnsignedLong(answer.u32(12)) | (long) answer.u32(32) << 32;
    assertThat(flags).isEqualTo(InitFlags.WANTED);
    assertThat(answer.u32(20)).as("max_write").isEqualTo(1 << 20);
    assertThat(answer.u32(28) & 0xffff).as("max_pages").isEqualTo(256);
    assertThat(kernel.init(7, 99, 0).u32(4)).isEqualTo(41);
    assertThat(kernel.init(7, 41, 0).u32(12)).as("nothing that was not offered").isZero();
    assertThat(kernel.init(8, 0, 0).u32(0)).as("asks again in version 7").isEqualTo(7);
    assertThat(kernel.init(6, 0, 0).error()).isEqualTo(Errno.EPROTO);
    assertThat(kernel.init(7, 19, 0).error()).isEqualTo(Errno.EPROTO);
  }

  @Test
  void theWritebackCacheIsAnOption() throws IOException {
    FuseOptions cached =
        new FuseOptions(false, FuseOptions.DEFAULT_TIMEOUT, FuseOptions.DEFAULT_TIMEOUT, true);
    Passthrough shared = new Passthrough(directory, Limits.of(1));
    try (MockKernel guest = MockKernel.mount(new FuseServer(shared, cached))) {
      file("a", "content");
      MockKernel.File file = guest.open(guest.lookup(ROOT, "a"), O_WRONLY);
      assertThat(guest.read(file, 0, 10).text()).as("pages are read").isEqualTo("content");
      guest.write(file, 0, "C".getBytes(UTF_8), 0, O_APPEND);
      assertThat(directory.resolve("a")).hasContent("Content");
      assertThat(guest.error(FUSE_LSEEK, file.node(), file.handle(), 0L, 3, 0))
          .as("what is cached would be a hole")
          .isEqualTo(Errno.ENOSYS);
    }
  }

  @Test
  void nothingBeforeInitNorAfterDestroy() {
    kernel.server.reset();
    assertThat(kernel.attr(ROOT).error()).isEqualTo(Errno.EIO);
    kernel.init(7, 41, -1);
    assertThat(kernel.attr(ROOT).errno()).isZero();
    assertThat(kernel.error(FUSE_DESTROY, 0)).isNull();
    assertThat(kernel.attr(ROOT).error()).isEqualTo(Errno.EIO);
  }

  @Test
  void readOnlyIsRefusedHere() throws IOException {
    file("a", "content");
    Passthrough shared = new Passthrough(directory, Limits.of(1));
    FuseServer server = new FuseServer(shared, FuseOptions.DEFAULT.readOnly());
    try (MockKernel guest = MockKernel.mount(server)) {
      long a = guest.lookup(ROOT, "a");
      MockKernel.File open = guest.open(a, O_RDONLY);
      assertThat(guest.read(open, 0, 10).text()).isEqualTo("content");
      assertThat(guest.create(ROOT, "a", O_RDONLY, 0).node()).isEqualTo(a);
      List<MockKernel.Answer> refused = new ArrayList<>();
      refused.add(guest.call(FUSE_OPEN, a, O_RDWR, 0));
      refused.add(guest.call(FUSE_OPEN, a, O_RDONLY | O_TRUNC, 0));
      refused.add(guest.write(open, 0, "x".getBytes(UTF_8), 0, 0));
      refused.add(guest.call(FUSE_CREATE, ROOT, O_RDWR, 0644, 0, 0, "b"));
      refused.add(guest.call(FUSE_CREATE, ROOT, O_RDONLY, 0644, 0, 0, "b"));
      refused.add(guest.call(FUSE_TMPFILE, ROOT, O_RDWR, 0644, 0, 0, "/"));
      refused.add(guest.call(FUSE_MKDIR, ROOT, 0755, 0, "b"));
      refused.add(guest.call(FUSE_MKNOD, ROOT, 0100644, 0, 0, 0, "b"));
      refused.add(guest.call(FUSE_SYMLINK, ROOT, "b", "t"));
      refused.add(guest.call(FUSE_LINK, ROOT, a, "b"));
      refused.add(guest.call(FUSE_UNLINK, ROOT, "a"));
      refused.add(guest.call(FUSE_RMDIR, ROOT, "a"));
      refused.add(guest.call(FUSE_RENAME, ROOT, ROOT, "a", "b"));
      refused.add(guest.call(FUSE_RENAME2, ROOT, ROOT, 0, 0, "a", "b"));
      refused.add(guest.setattr(a, SetAttr.FATTR_MODE, 0, 0777, 0, 0));
      refused.add(guest.call(FUSE_SETXATTR, a, 1, 0, 0, 0, "user.x", new byte[1]));
      refused.add(guest.call(FUSE_REMOVEXATTR, a, "user.x"));
      refused.add(guest.call(FUSE_FALLOCATE, a, open.handle(), 0L, 100L, 0, 0));
      refused.add(
          guest.call(FUSE_COPY_FILE_RANGE, a, open.handle(), 0L, a, open.handle(), 9L, 1L, 0L));
      refused.add(guest.call(FUSE_ACCESS, a, 2, 0));
      assertThat(refused).extracting(MockKernel.Answer::error).containsOnly(Errno.EROFS);
      assertThat(directory.toFile().list()).containsExactly("a");
      assertThat(directory.resolve("a")).hasContent("content");
    }
  }

  @Test
  void aLockOfAReadOnlyGuestKeepsNoProgramFromRunning() throws Exception {
    Path program = Files.copy(Path.of("/bin/true"), directory.resolve("program"));
    Passthrough shared = new Passthrough(directory, Limits.of(1), true);
    FuseServer server = new FuseServer(shared, FuseOptions.DEFAULT.readOnly());
    try (MockKernel guest = MockKernel.mount(server)) {
      MockKernel.File file = guest.open(guest.lookup(ROOT, "program"), O_RDONLY);
      Object[] toRead = {file.handle(), 1L, 0L, 9L, 0, 1, 0, 0};
      Object[] toWrite = {file.handle(), 1L, 0L, 9L, 1, 1, 0, 0};
      assertThat(guest.error(FUSE_SETLK, file.node(), toRead)).isNull();
      assertThat(guest.error(FUSE_SETLK, file.node(), toWrite)).isEqualTo(Errno.EBADF);
      assertThat(new ProcessBuilder(program.toString()).start().waitFor()).isZero();
    }
  }

  @Test
  void descriptorsAndMemoryAreBounded() throws IOException {
    Limits limits = new Limits(500, 32, 16);
    Passthrough shared = new Passthrough(directory, limits);
    try (MockKernel guest = MockKernel.mount(new FuseServer(shared, FuseOptions.DEFAULT))) {
      long d = guest.mkdir(ROOT, "d", 0755);
      List<Long> nodes = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        nodes.add(guest.mknod(d, "f" + i, 0100644, 0));
      }
      assertThat(shared.tree().inodes.paths()).isLessThanOrEqualTo(32);
      for (int i = 0; i < 400; i += 7) {
        assertThat(guest.attr(nodes.get(i)).errno()).as("found again by name").isZero();
      }
      // Its directory moves while its own descriptor is gone.
      assertThat(guest.error(FUSE_RENAME, ROOT, ROOT, "d", "e")).isNull();
      assertThat(guest.attr(nodes.get(3)).errno()).isZero();
      Files.delete(directory.resolve("e/f5"));
      assertThat(guest.attr(nodes.get(5)).error()).isEqualTo(Errno.ESTALE);
      Files.createSymbolicLink(directory.resolve("e/f5"), secret);
      assertThat(guest.attr(nodes.get(5)).error()).isEqualTo(Errno.ESTALE);
      List<MockKernel.File> open = new ArrayList<>();
      for (int i = 10; i < 26; i++) {
        open.add(guest.open(nodes.get(i), O_RDWR));
      }
      assertThat(guest.error(FUSE_OPEN, nodes.get(30), O_RDWR, 0)).isEqualTo(Errno.ENFILE);
      assertThat(guest.error(FUSE_CREATE, d, O_RDWR, 0644, 0, 0, "x")).isEqualTo(Errno.ENFILE);
      assertThat(directory.resolve("e/x")).doesNotExist();
      guest.release(open.getFirst());
      guest.open(nodes.get(30), O_RDWR);
      for (int i = 400; i < 498; i++) {
        guest.mknod(d, "f" + i, 0100644, 0);
      }
      assertThat(guest.error(FUSE_MKNOD, d, 0100644, 0, 0, 0, "z")).isEqualTo(Errno.ENFILE);
      guest.call(FUSE_FORGET, nodes.get(1), 1L);
      guest.lookup(d, "z");
      guest.server.reset();
      assertThat(shared.tree().inodes.size()).as("the root alone").isEqualTo(1);
      assertThat(shared.tree().open.size()).isZero();
    }
  }

  @Test
  void aHundredThousandFilesAreNoDescriptorsMore() throws IOException {
    int count = 100_000;
    long d = kernel.mkdir(ROOT, "many", 0755);
    for (int i = 0; i < 1000; i++) {
      Files.createFile(directory.resolve("many/" + i));
    }
    long before = descriptors();
    for (int i = 1000; i < count; i++) {
      Files.createLink(directory.resolve("many/" + i), directory.resolve("many/" + i % 1000));
    }
    for (int i = 0; i < count; i++) {
      kernel.lookup(d, Integer.toString(i));
    }
    assertThat(descriptors() - before).isLessThanOrEqualTo(1010);
  }

  private static long descriptors() throws IOException {
    try (var list = Files.list(java.nio.file.Path.of("/proc/self/fd"))) {
      return list.count();
    }
  }
}
