package fcvm.fuse;

import static fcvm.fuse.FuseOpcode.*;
import static org.assertj.core.api.Assertions.assertThat;

import fcvm.linux.Errno;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class AttributesTest extends FuseTestCase {
  @Test
  void changesOwnerModeAndTimes() throws IOException {
    assumeRoot();
    file("a", "a");
    long a = kernel.lookup(ROOT, "a");
    int valid = SetAttr.FATTR_UID | SetAttr.FATTR_GID | SetAttr.FATTR_MODE;
    kernel.setattr(a, valid, 0, 06711, 1001, 1002);
    assertThat(unix(directory.resolve("a"), "uid")).isEqualTo(1001);
    assertThat(unix(directory.resolve("a"), "gid")).isEqualTo(1002);
    assertThat(unix(directory.resolve("a"), "mode") & 07777).as("the mode last").isEqualTo(06711);
    kernel.setattr(a, SetAttr.FATTR_GID, 0, 0, 0, 7);
    assertThat(unix(directory.resolve("a"), "uid")).as("left alone").isEqualTo(1001);
    assertThat(unix(directory.resolve("a"), "mode") & 07777)
        .as("another owner costs set-ID bits")
        .isEqualTo(0711);
    kernel.setattr(a, SetAttr.FATTR_ATIME | SetAttr.FATTR_MTIME, 0, 0, 0, 0);
    assertThat(kernel.attr(a).u64(24)).as("atime").isEqualTo(1_000_000_000);
    assertThat(kernel.attr(a).u64(32)).as("mtime").isEqualTo(1_100_000_000);
    assertThat(kernel.attr(a).u32(52)).as("mtimensec").isEqualTo(456);
    kernel.setattr(a, SetAttr.FATTR_MTIME | SetAttr.FATTR_MTIME_NOW, 0, 0, 0, 0);
    assertThat(kernel.attr(a).u64(24)).as("atime left alone").isEqualTo(1_000_000_000);
    assertThat(kernel.attr(a).u64(32)).as("now").isGreaterThan(1_500_000_000);
  }

  @Test
  void aLinkIsChangedItself() throws IOException {
    assumeRoot();
    long link = kernel.symlink(ROOT, "l", secret.toString());
    kernel.setattr(link, SetAttr.FATTR_UID, 0, 0, 1001, 0);
    assertThat(unix(secret, "uid")).isZero();
    assertThat(unix(directory.resolve("l"), "uid")).isEqualTo(1001);
    kernel.setattr(link, SetAttr.FATTR_MTIME, 0, 0, 0, 0);
    assertThat(kernel.attr(link).u64(32)).isEqualTo(1_100_000_000);
    int mode = unix(secret, "mode");
    assertThat(kernel.setattr(link, SetAttr.FATTR_MODE, 0, 0777, 0, 0).error())
        .isEqualTo(Errno.ENOTSUP);
    assertThat(unix(secret, "mode")).isEqualTo(mode);
  }

  @Test
  void statxHasTheTimeOfBirth() throws IOException {
    file("a", "12345");
    long a = kernel.lookup(ROOT, "a");
    MockKernel.Answer answer = kernel.call(FUSE_STATX, a, 0, 0, 0L, 0, 0xfff);
    assertThat(answer.body()).hasSize(288);
    assertThat(answer.u32(32) & 0x7ff).as("mask").isEqualTo(0x7ff);
    assertThat(answer.u64(32 + 40)).as("size").isEqualTo(5);
    assertThat(answer.u64(32 + 80)).as("btime").isGreaterThan(1_500_000_000);
    assertThat(answer.u64(32 + 144)).as("the host's mount").isZero();
  }

  @Test
  void extendedAttributes() throws IOException {
    file("a", "");
    long a = kernel.lookup(ROOT, "a");
    byte[] value = {1, 2, 3};
    assertThat(set(a, "user.x", value, 0)).isNull();
    assertThat(set(a, "user.x", value, 1)).as("XATTR_CREATE").isEqualTo(Errno.EEXIST);
    assertThat(kernel.call(FUSE_GETXATTR, a, 0, 0, "user.x").u32(0)).isEqualTo(3);
    assertThat(kernel.call(FUSE_GETXATTR, a, 100, 0, "user.x").body()).isEqualTo(value);
    assertThat(kernel.error(FUSE_GETXATTR, a, 2, 0, "user.x")).isEqualTo(Errno.ERANGE);
    assertThat(kernel.call(FUSE_LISTXATTR, a, 100, 0).text()).isEqualTo("user.x\0");
    assertThat(kernel.call(FUSE_LISTXATTR, a, 0, 0).u32(0)).isEqualTo(7);
    assertThat(kernel.error(FUSE_REMOVEXATTR, a, "user.x")).isNull();
    assertThat(kernel.error(FUSE_GETXATTR, a, 2, 0, "user.x")).isEqualTo(Errno.ENODATA);
    assertThat(set(a, "security.selinux", value, 0)).isEqualTo(Errno.ENOTSUP);
    assertThat(set(a, "user.big", new byte[65536], 0)).isIn(Errno.ENOSPC, Errno.E2BIG, null);
    assertThat(kernel.error(FUSE_SETXATTR, a, 1000, 0, 0, 0, "user.y", value))
        .as("shorter than it says")
        .isEqualTo(Errno.EINVAL);
  }

  private Errno set(long node, String name, byte[] value, int flags) {
    return kernel.error(FUSE_SETXATTR, node, value.length, flags, 0, 0, name, value);
  }

  @Test
  void aDefaultAclCountsInsteadOfTheUmask() throws IOException {
    assumeRoot();
    long d = kernel.mkdir(ROOT, "d", 0777);
    // struct posix_acl_xattr_header { u32 a_version; } and entries { u16 tag, perm; u32 id; }
    byte[] acl = MockKernel.bytes(2, 0x01 | 7 << 16, -1, 0x04 | 7 << 16, -1, 0x20 | 0 << 16, -1);
    assertThat(set(d, "system.posix_acl_default", acl, 0)).isIn(null, Errno.ENOTSUP);
    if (kernel.error(FUSE_GETXATTR, d, 100, 0, "system.posix_acl_default") == null) {
      kernel.call(FUSE_MKDIR, d, 0777, 077, "e");
      assertThat(unix(directory.resolve("d/e"), "mode") & 0777).isEqualTo(0770);
    }
  }

  @Test
  void tellsHowFullItIs() {
    MockKernel.Answer answer = kernel.call(FUSE_STATFS, ROOT);
    assertThat(answer.body()).hasSize(80);
    assertThat(answer.u64(0)).isPositive();
    assertThat(answer.u32(44)).as("namelen").isEqualTo(255);
    assertThat(kernel.error(FUSE_SYNCFS, ROOT, 0L)).isNull();
  }

  @Test
  void accessIsTheCallers() throws IOException {
    assumeRoot();
    file("a", "");
    long a = kernel.lookup(ROOT, "a");
    kernel.setattr(a, SetAttr.FATTR_MODE, 0, 0600, 0, 0);
    assertThat(kernel.error(FUSE_ACCESS, a, 6, 0)).isNull();
    kernel.uid = 1001;
    kernel.gid = 1001;
    assertThat(kernel.error(FUSE_ACCESS, a, 4, 0)).isEqualTo(Errno.EACCES);
  }

  @Test
  void whoIsNotRootOwnsAllThatItMakes() throws Exception {
    Files.writeString(directory.resolve("mine"), "");
    Ownership single = new Ownership(false, unix(directory, "uid"), unix(directory, "gid"));
    FuseServer server =
        new FuseServer(
            new Passthrough(directory, Limits.of(1), false, single), FuseOptions.DEFAULT);
    try (MockKernel guest = MockKernel.mount(server)) {
      long mine = guest.lookup(ROOT, "mine");
      assertThat(guest.attr(mine).u32(68)).as("uid").isZero();
      assertThat(guest.setattr(mine, SetAttr.FATTR_UID, 0, 0, 0, 0).errno()).isZero();
      assertThat(guest.setattr(mine, SetAttr.FATTR_UID, 0, 0, 1000, 0).error())
          .isEqualTo(Errno.EPERM);
    }
    Ownership other = new Ownership(false, 4242, 4242);
    assertThat(other.guestUid(0)).isEqualTo(65534);
    assertThat(other.guestGid(4242)).isZero();
  }
}
