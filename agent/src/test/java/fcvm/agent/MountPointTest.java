package fcvm.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MountPointTest {
  @Test
  void readsThisSystems() throws Exception {
    assertThat(MountPoint.all()).anySatisfy(point -> assertThat(point.target()).isEqualTo("/proc"));
  }

  @Test
  void aLineMayHaveOptionalFieldsOrNone() {
    String with = "36 35 98:0 /root /mount/point rw,noatime master:1 - ext4 /dev/vdb rw";
    String without = "36 35 0:5 / /proc rw - proc none rw";
    assertThat(MountPoint.parse(with)).isEqualTo(new MountPoint("/mount/point", "/dev/vdb"));
    assertThat(MountPoint.parse(without)).isEqualTo(new MountPoint("/proc", "none"));
    assertThat(MountPoint.parse("nonsense")).isNull();
  }
}
