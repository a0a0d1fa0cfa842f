package fcvm.fuse;

import static fcvm.fuse.FuseOpcode.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fcvm.linux.Errno;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FilesTest extends FuseTestCase {
  private static final int FUSE_WRITE_CACHE = 1;
  private static final int FUSE_WRITE_KILL_SUIDGID = 4;

  @Test
  void readsAndWritesAnywhere() throws IOException {
    byte[] data = new byte[100_000];
    new Random(1).nextBytes(data);
    Files.write(directory.resolve("a"), data);
    MockKernel.File file = kernel.open(kernel.lookup(ROOT, "a"), O_RDWR);
    assertThat(kernel.read(file, 0, 100_000).body()).isEqualTo(data);
    assertThat(kernel.read(file, 99_990, 4096).body()).hasSize(10);
    assertThat(kernel.read(file, 200_000, 4096).body()).isEmpty();
    assertThat(kernel.read(file, -1, 4096).error()).isEqualTo(Errno.EINVAL);
    assertThat(kernel.write(file, 200_000, "end")).isEqualTo(3);
    assertThat(Files.size(directory.resolve("a"))).isEqualTo(200_003);
    assertThat(kernel.error(FUSE_FLUSH, file.node(), file.handle(), 0, 0, 1L)).isNull();
    assertThat(kernel.error(FUSE_FSYNC, file.node(), file.handle(), 1, 0)).isNull();
    kernel.release(file);
    assertThat(kernel.read(file, 0, 1).error()).isEqualTo(Errno.EBADF);
  }

  @Test
  void aHandleIsOneOfItsNode() throws IOException {
    file("a", "a");
    file("b", "b");
    MockKernel.File a = kernel.open(kernel.lookup(ROOT, "a"), O_RDONLY);
    long b = kernel.lookup(ROOT, "b");
    assertThat(kernel.read(new MockKernel.File(b, a.handle()), 0, 1).error())
        .isEqualTo(Errno.EBADF);
    assertThat(kernel.error(FUSE_READDIR, a.node(), a.handle(), 0L, 4096, 0, 0L, 0, 0))
        .isEqualTo(Errno.EBADF);
    assertThat(kernel.write(a, 0, "x".getBytes(UTF_8), 0, 0).error()).isEqualTo(Errno.EBADF);
  }

  @Test
  void appendsWhereTheEndIsByNow() throws IOException {
    Path path = file("a", "one");
    MockKernel.File file = kernel.open(kernel.lookup(ROOT, "a"), O_WRONLY | O_APPEND);
    Files.writeString(path, "longer");
    kernel.write(file, 3, "+".getBytes(UTF_8), 0, O_APPEND);
    assertThat(path).hasContent("longer+");
    kernel.write(file, 0, "L".getBytes(UTF_8), FUSE_WRITE_CACHE, O_APPEND);
    assertThat(path).as("a mapped page goes to its place").hasContent("Longer+");
  }

  @Test
  void truncatesOnOpenAndBySize() throws IOException {
    Path path = file("a", "content");
    long node = kernel.lookup(ROOT, "a");
    kernel.setattr(node, SetAttr.FATTR_SIZE, 3, 0, 0, 0);
    assertThat(path).hasContent("con");
    kernel.open(node, O_RDWR | O_TRUNC);
    assertThat(path).isEmptyFile();
    kernel.setattr(node, SetAttr.FATTR_SIZE, 1L << 30, 0, 0, 0);
    assertThat(Files.size(path)).isEqualTo(1L << 30);
    assertThat(kernel.setattr(node, SetAttr.FATTR_SIZE, -1, 0, 0, 0).error())
        .isEqualTo(Errno.EINVAL);
    long d = kernel.mkdir(ROOT, "d", 0755);
    assertThat(kernel.setattr(d, SetAttr.FATTR_SIZE, 0, 0, 0, 0).error()).isEqualTo(Errno.EISDIR);
  }

  @Test
  void aWriteCostsSetIdBitsIfTheKernelSaysSo() throws IOException {
    assumeRoot();
    MockKernel.File file = kernel.create(ROOT, "a", O_RDWR, 0755);
    kernel.setattr(file.node(), SetAttr.FATTR_MODE, 0, 06755, 0, 0);
    kernel.write(file, 0, "x");
    assertThat(kernel.mode(file.node()) & 07777).as("by root").isEqualTo(06755);
    kernel.write(file, 0, "x".getBytes(UTF_8), FUSE_WRITE_KILL_SUIDGID, 0);
    assertThat(kernel.mode(file.node()) & 07777).isEqualTo(0755);
    kernel.setattr(file.node(), SetAttr.FATTR_MODE, 0, 06755, 0, 0);
    int truncation = SetAttr.FATTR_SIZE | SetAttr.FATTR_KILL_SUIDGID;
    kernel.setattr(file.node(), truncation, 0, 0, 0, 0);
    assertThat(kernel.mode(file.node()) & 07777).isEqualTo(0755);
    kernel.setattr(file.node(), SetAttr.FATTR_MODE, 0, 06755, 0, 0);
    kernel.call(FUSE_OPEN, file.node(), O_RDWR | O_TRUNC, 1);
    assertThat(kernel.mode(file.node()) & 07777).isEqualTo(0755);
  }

  @Test
  void anUnlinkedFileLivesWhileItIsOpen() throws IOException {
    MockKernel.File file = kernel.create(ROOT, "a", O_RDWR, 0600);
    kernel.write(file, 0, "alive");
    kernel.call(FUSE_UNLINK, ROOT, "a");
    assertThat(kernel.read(file, 0, 10).text()).isEqualTo("alive");
    assertThat(kernel.setattr(file.node(), SetAttr.FATTR_MODE, 0, 0640, 0, 0).errno()).isZero();
    assertThat(kernel.mode(file.node()) & 07777).isEqualTo(0640);
  }

  @Test
  void holesAreFoundMadeAndKept() throws IOException {
    Path path = directory.resolve("sparse");
    try (RandomAccessFile raw = new RandomAccessFile(path.toFile(), "rw")) {
      raw.setLength(1 << 20);
      raw.seek(512 * 1024);
      raw.write(new byte[4096]);
    }
    MockKernel.File file = kernel.open(kernel.lookup(ROOT, "sparse"), O_RDWR);
    assertThat(seek(file, 0, 3).u64(0)).as("data").isEqualTo(512 * 1024);
    assertThat(seek(file, 512 * 1024, 4).u64(0)).as("hole").isEqualTo(512 * 1024 + 4096);
    assertThat(seek(file, 600 * 1024, 3).error()).isEqualTo(Errno.ENXIO);
    assertThat(seek(file, 0, 0).error()).isEqualTo(Errno.EINVAL);
    // FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE
    assertThat(allocate(file, 3, 512 * 1024, 4096)).isNull();
    assertThat(seek(file, 0, 3).error()).as("no data left").isEqualTo(Errno.ENXIO);
    assertThat(allocate(file, 0, 0, 2 << 20)).isNull();
    assertThat(Files.size(path)).isEqualTo(2 << 20);
    assertThat(allocate(file, 0, -1, 5)).isEqualTo(Errno.EINVAL);
  }

  private MockKernel.Answer seek(MockKernel.File file, long offset, int whence) {
    return kernel.call(FUSE_LSEEK, file.node(), file.handle(), offset, whence, 0);
  }

  private Errno allocate(MockKernel.File file, int mode, long offset, long length) {
    return kernel.error(FUSE_FALLOCATE, file.node(), file.handle(), offset, length, mode, 0);
  }

  @Test
  void copiesInsideTheHost() throws IOException {
    file("a", "0123456789");
    MockKernel.File from = kernel.open(kernel.lookup(ROOT, "a"), O_RDONLY);
    MockKernel.File to = kernel.create(ROOT, "b", O_RDWR, 0600);
    MockKernel.Answer answer =
        kernel.call(
            FUSE_COPY_FILE_RANGE,
            from.node(),
            from.handle(),
            2L,
            to.node(),
            to.handle(),
            1L,
            5L,
            0L);
    assertThat(answer.u32(0)).isEqualTo(5);
    assertThat(directory.resolve("b")).hasBinaryContent("\00023456".getBytes(UTF_8));
  }

  @Test
  void whatWeDoNotHaveIsSaidToBeMissing() {
    assertThat(kernel.error(39, ROOT, new byte[32])).as("FUSE_IOCTL").isEqualTo(Errno.ENOSYS);
    assertThat(kernel.error(40, ROOT, new byte[24])).as("FUSE_POLL").isEqualTo(Errno.ENOSYS);
    assertThat(kernel.error(48, ROOT, new byte[40])).as("SETUPMAPPING").isEqualTo(Errno.ENOSYS);
    assertThat(kernel.error(4096, ROOT)).as("CUSE_INIT").isEqualTo(Errno.ENOSYS);
  }
}
