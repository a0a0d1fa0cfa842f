package fcvm.fuse;

import static fcvm.fuse.FuseOpcode.*;
import static org.assertj.core.api.Assertions.assertThat;

import fcvm.linux.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest extends FuseTestCase {
  private static final int S_IFIFO = 0010000;
  private static final int S_IFSOCK = 0140000;
  private static final int S_IFCHR = 0020000;
  private static final int S_IFREG = 0100000;

  @Test
  void findsWhatIsThere() throws IOException {
    file("a", "hello");
    MockKernel.Answer answer = kernel.call(FUSE_LOOKUP, ROOT, "a");
    assertThat(answer.u64(16)).as("entry_valid").isEqualTo(1);
    assertThat(answer.u64(24)).as("attr_valid").isEqualTo(1);
    assertThat(answer.u64(48)).as("size").isEqualTo(5);
    assertThat(kernel.lookup(ROOT, "a")).as("the same file").isEqualTo(answer.u64(0));
  }

  @Test
  void whatIsNotThereMayBeBelievedForAWhile() {
    MockKernel.Answer answer = kernel.call(FUSE_LOOKUP, ROOT, "none");
    assertThat(answer.errno()).isZero();
    assertThat(answer.u64(0)).as("node").isZero();
    assertThat(answer.u64(16)).as("entry_valid").isEqualTo(1);
  }

  @Test
  void twoNamesOfAFileAreOneNode() throws IOException {
    Files.createLink(directory.resolve("b"), file("a", ""));
    assertThat(kernel.lookup(ROOT, "b")).isEqualTo(kernel.lookup(ROOT, "a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "/", "a/b", "../secret", "/etc/passwd", "b/.."})
  void refusesNamesThatLeadElsewhere(String name) throws IOException {
    Files.createDirectory(directory.resolve("b"));
    assertThat(kernel.error(FUSE_LOOKUP, ROOT, name)).isEqualTo(Errno.EINVAL);
    assertThat(kernel.error(FUSE_MKDIR, ROOT, 0755, 0, name)).isEqualTo(Errno.EINVAL);
    assertThat(kernel.error(FUSE_MKNOD, ROOT, S_IFREG, 0, 0, 0, name)).isEqualTo(Errno.EINVAL);
    assertThat(kernel.error(FUSE_CREATE, ROOT, 2, 0644, 0, 0, name)).isEqualTo(Errno.EINVAL);
    assertThat(kernel.error(FUSE_SYMLINK, ROOT, name, "t")).isEqualTo(Errno.EINVAL);
    assertThat(kernel.error(FUSE_UNLINK, ROOT, name)).isEqualTo(Errno.EINVAL);
    assertThat(kernel.error(FUSE_RMDIR, ROOT, name)).isEqualTo(Errno.EINVAL);
    assertThat(kernel.error(FUSE_RENAME, ROOT, ROOT, "b", name)).isEqualTo(Errno.EINVAL);
    assertThat(kernel.error(FUSE_RENAME, ROOT, ROOT, name, "x")).isEqualTo(Errno.EINVAL);
    assertThat(secret).hasContent("secret");
  }

  @Test
  void aPlantedLinkIsALinkAndLeadsNowhere() throws IOException {
    long link = kernel.symlink(ROOT, "etc", "/etc");
    assertThat(kernel.call(FUSE_READLINK, link).text()).isEqualTo("/etc");
    assertThat(kernel.error(FUSE_LOOKUP, link, "shadow")).isEqualTo(Errno.ENOTDIR);
    assertThat(kernel.error(FUSE_MKDIR, link, 0755, 0, "x")).isEqualTo(Errno.ENOTDIR);
    Path out = Files.createSymbolicLink(directory.resolve("out"), secret);
    long node = kernel.lookup(ROOT, "out");
    assertThat(kernel.error(FUSE_OPEN, node, O_RDWR, 0)).isEqualTo(Errno.ELOOP);
    assertThat(kernel.error(FUSE_CREATE, ROOT, O_RDWR, 0644, 0, 0, "out")).isEqualTo(Errno.ELOOP);
    assertThat(kernel.setattr(node, SetAttr.FATTR_SIZE, 0, 0, 0, 0).errno()).isPositive();
    assertThat(secret).hasContent("secret");
    assertThat(Files.isSymbolicLink(out)).isTrue();
    assertThat(kernel.error(FUSE_READLINK, ROOT)).isEqualTo(Errno.EINVAL);
  }

  @Test
  void makesEveryTypeForTheCaller() throws IOException {
    assumeRoot();
    kernel.uid = 1001;
    kernel.gid = 1002;
    assertThat(kernel.mode(kernel.mkdir(ROOT, "d", 0750))).isEqualTo(040750);
    assertThat(kernel.mode(kernel.mknod(ROOT, "f", S_IFIFO | 0600, 0))).isEqualTo(010600);
    assertThat(kernel.mode(kernel.mknod(ROOT, "s", S_IFSOCK | 0600, 0))).isEqualTo(0140600);
    assertThat(kernel.mode(kernel.mknod(ROOT, "r", S_IFREG | 04711, 0))).isEqualTo(0104711);
    long device = kernel.mknod(ROOT, "c", S_IFCHR | 0600, 0x103);
    assertThat(kernel.attr(device).u32(76)).as("rdev").isEqualTo(0x103);
    kernel.symlink(ROOT, "l", "nowhere");
    kernel.create(ROOT, "n", O_RDWR, 0644);
    for (String name : new String[] {"d", "f", "s", "r", "c", "l", "n"}) {
      assertThat(unix(directory.resolve(name), "uid")).as(name).isEqualTo(1001);
      assertThat(unix(directory.resolve(name), "gid")).as(name).isEqualTo(1002);
    }
    assertThat(kernel.error(FUSE_MKDIR, ROOT, 0755, 0, "d")).isEqualTo(Errno.EEXIST);
    kernel.uid = -1;
    assertThat(kernel.error(FUSE_MKDIR, ROOT, 0755, 0, "nobody's")).isEqualTo(Errno.EINVAL);
    kernel.uid = 0;
    kernel.gid = 0;
    kernel.mkdir(ROOT, "root's", 0755);
    assertThat(unix(directory.resolve("root's"), "uid")).as("itself again").isZero();
  }

  @Test
  void nothingButRegularFilesIsOpened() {
    long fifo = kernel.mknod(ROOT, "fifo", S_IFIFO | 0666, 0);
    long socket = kernel.mknod(ROOT, "socket", S_IFSOCK | 0666, 0);
    assertThat(kernel.error(FUSE_OPEN, fifo, O_RDONLY, 0)).isEqualTo(Errno.ENXIO);
    assertThat(kernel.error(FUSE_OPEN, socket, O_RDWR, 0)).isEqualTo(Errno.ENXIO);
    assertThat(kernel.error(FUSE_CREATE, ROOT, O_RDWR, 0644, 0, 0, "fifo")).isEqualTo(Errno.ENXIO);
    assertThat(kernel.error(FUSE_OPENDIR, fifo, 0, 0)).isEqualTo(Errno.ENOTDIR);
    assertThat(kernel.error(FUSE_OPEN, ROOT, O_RDONLY, 0)).isEqualTo(Errno.EISDIR);
  }

  @Test
  void theUmaskCountsUnlessTheDirectorySaysOtherwise() throws IOException {
    kernel.call(FUSE_MKDIR, ROOT, 0777, 027, "d");
    assertThat(unix(directory.resolve("d"), "mode") & 07777).isEqualTo(0750);
    kernel.call(FUSE_CREATE, ROOT, O_RDWR, 0666, 077, 0, "f");
    assertThat(unix(directory.resolve("f"), "mode") & 07777).isEqualTo(0600);
  }

  @Test
  void aSetGroupIdDirectoryHandsItsGroupDown() throws IOException {
    assumeRoot();
    long shared = kernel.mkdir(ROOT, "shared", 02777);
    kernel.setattr(shared, SetAttr.FATTR_GID, 0, 0, 0, 50);
    kernel.setattr(shared, SetAttr.FATTR_MODE, 0, 02777, 0, 0);
    kernel.uid = 1001;
    kernel.gid = 1002;
    kernel.mkdir(shared, "d", 0755);
    assertThat(unix(directory.resolve("shared/d"), "gid")).isEqualTo(50);
    assertThat(unix(directory.resolve("shared/d"), "mode") & 07777).isEqualTo(02755);
    kernel.create(shared, "f", O_RDWR, 02755);
    assertThat(unix(directory.resolve("shared/f"), "mode") & 02000)
        .as("the caller is not in that group")
        .isZero();
    kernel.group = 50;
    kernel.create(shared, "g", O_RDWR, 02755);
    assertThat(unix(directory.resolve("shared/g"), "mode") & 02000)
        .as("the caller is in that group")
        .isEqualTo(02000);
  }

  @Test
  void removesNames() throws IOException {
    file("f", "");
    long d = kernel.mkdir(ROOT, "d", 0755);
    kernel.mkdir(d, "e", 0755);
    assertThat(kernel.error(FUSE_UNLINK, ROOT, "d")).isEqualTo(Errno.EISDIR);
    assertThat(kernel.error(FUSE_RMDIR, ROOT, "f")).isEqualTo(Errno.ENOTDIR);
    assertThat(kernel.error(FUSE_RMDIR, ROOT, "d")).isEqualTo(Errno.ENOTEMPTY);
    assertThat(kernel.error(FUSE_UNLINK, ROOT, "none")).isEqualTo(Errno.ENOENT);
    assertThat(kernel.error(FUSE_RMDIR, d, "e")).isNull();
    assertThat(kernel.error(FUSE_RMDIR, ROOT, "d")).isNull();
    assertThat(kernel.error(FUSE_UNLINK, ROOT, "f")).isNull();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void renamesWithFlags() throws IOException {
    file("a", "a");
    file("b", "b");
    assertThat(kernel.error(FUSE_RENAME2, ROOT, ROOT, 1, 0, "a", "b")).isEqualTo(Errno.EEXIST);
    assertThat(kernel.error(FUSE_RENAME2, ROOT, ROOT, 2, 0, "a", "b")).isNull();
    assertThat(directory.resolve("a")).hasContent("b");
    assertThat(kernel.error(FUSE_RENAME, ROOT, ROOT, "a", "b")).isNull();
    assertThat(directory.resolve("b")).hasContent("b");
    assertThat(directory.resolve("a")).doesNotExist();
    assertThat(kernel.error(FUSE_RENAME2, ROOT, ROOT, 1 << 20, 0, "b", "c"))
        .isEqualTo(Errno.EINVAL);
    assertThat(kernel.error(FUSE_RENAME, ROOT, ROOT, "none", "c")).isEqualTo(Errno.ENOENT);
    long d = kernel.mkdir(ROOT, "d", 0755);
    assertThat(kernel.error(FUSE_RENAME, ROOT, d, "b", "moved")).isNull();
    assertThat(directory.resolve("d/moved")).hasContent("b");
    assertThat(kernel.error(FUSE_RENAME, ROOT, d, "d", "itself")).isEqualTo(Errno.EINVAL);
  }

  @Test
  void linksFilesAndSymbolicLinks() throws IOException {
    file("a", "a");
    long a = kernel.lookup(ROOT, "a");
    MockKernel.Answer answer = kernel.call(FUSE_LINK, ROOT, a, "b");
    assertThat(answer.u64(0)).isEqualTo(a);
    assertThat(answer.u32(40 + 64)).as("nlink").isEqualTo(2);
    long link = kernel.symlink(ROOT, "l", "/etc/shadow");
    assertThat(kernel.error(FUSE_LINK, ROOT, link, "m")).isNull();
    assertThat(Files.isSymbolicLink(directory.resolve("m"))).isTrue();
    assertThat(kernel.error(FUSE_LINK, ROOT, a, "b")).isEqualTo(Errno.EEXIST);
    long d = kernel.mkdir(ROOT, "d", 0755);
    assertThat(kernel.error(FUSE_LINK, ROOT, d, "e")).isEqualTo(Errno.EPERM);
  }

  @Test
  void aNamelessFileCanGetAName() throws IOException {
    MockKernel.Answer answer = kernel.call(FUSE_TMPFILE, ROOT, O_RDWR, 0640, 022, 0, "/");
    MockKernel.File file = new MockKernel.File(answer.u64(0), answer.u64(128));
    kernel.write(file, 0, "data");
    assertThat(directory).isEmptyDirectory();
    assertThat(kernel.error(FUSE_LINK, ROOT, file.node(), "named")).isNull();
    assertThat(directory.resolve("named")).hasContent("data");
  }

  @Test
  void namesAreBytesAndHaveALimit() throws IOException {
    kernel.mkdir(ROOT, "\u00ff\u00fe new\nline", 0755);
    assertThat(directory.toFile().list()).hasSize(1);
    assertThat(kernel.error(FUSE_LOOKUP, ROOT, "x".repeat(256))).isEqualTo(Errno.ENAMETOOLONG);
    assertThat(kernel.error(FUSE_LOOKUP, ROOT, "x".repeat(5000))).isEqualTo(Errno.ENAMETOOLONG);
    assertThat(kernel.error(FUSE_SYMLINK, ROOT, "l", "x".repeat(4095))).isNull();
    assertThat(kernel.call(FUSE_READLINK, kernel.lookup(ROOT, "l")).body()).hasSize(4095);
  }

  @Test
  void createOpensWhatSomebodyElseMadeMeanwhile() throws IOException {
    file("a", "content");
    MockKernel.File file = kernel.create(ROOT, "a", O_RDONLY, 0644);
    assertThat(kernel.read(file, 0, 100).text()).isEqualTo("content");
    assertThat(kernel.error(FUSE_CREATE, ROOT, O_RDWR | O_EXCL, 0644, 0, 0, "a"))
        .isEqualTo(Errno.EEXIST);
  }

  @Test
  void aForgottenNodeIsStale() throws IOException {
    file("a", "");
    long a = kernel.lookup(ROOT, "a");
    kernel.lookup(ROOT, "a");
    assertThat(kernel.call(FUSE_FORGET, a, 1L)).isNull();
    assertThat(kernel.attr(a).errno()).as("known once more").isZero();
    kernel.call(FUSE_BATCH_FORGET, 0, 1, 0, a, 1L);
    assertThat(kernel.attr(a).error()).isEqualTo(Errno.ESTALE);
    assertThat(kernel.attr(0).error()).isEqualTo(Errno.ESTALE);
    assertThat(kernel.attr(-1).error()).isEqualTo(Errno.ESTALE);
    kernel.call(FUSE_FORGET, ROOT, Long.MAX_VALUE);
    assertThat(kernel.attr(ROOT).errno()).as("the root stays").isZero();
  }

  @Test
  void whatIsRemovedOnTheHostIsStaleOrGone() throws IOException {
    Path a = file("a", "old");
    long node = kernel.lookup(ROOT, "a");
    Files.delete(a);
    assertThat(kernel.attr(node).u32(64)).as("nlink").isZero();
    file("a", "new file");
    long fresh = kernel.lookup(ROOT, "a");
    assertThat(fresh).isNotEqualTo(node);
    assertThat(kernel.attr(fresh).u64(8)).isEqualTo(8);
    assertThat(Files.exists(a, LinkOption.NOFOLLOW_LINKS)).isTrue();
  }
}
