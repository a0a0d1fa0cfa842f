package fcvm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.container.GuestFiles;
import fcvm.linux.Arch;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PeerCommandTest {
  private static final GuestSpec SPEC =
      new GuestSpec(
          new GuestFiles(
              Path.of("/k"),
              Path.of("/i"),
              Path.of("/a,b"),
              Path.of("/blank"),
              false,
              Optional.empty()),
          Path.of("/disk"),
          Path.of("/shared"),
          2,
          1024,
          "quiet");

  private static PeerCommand command(Arch arch) {
    return new PeerCommand(arch, SPEC, Path.of("/run/s.sock"));
  }

  @Test
  void isAGuestLikeOurs() {
    assertThat(command(Arch.AMD64).qemu()).isEqualTo("qemu-system-x86_64");
    assertThat(command(Arch.AMD64).qemuArguments())
        .containsSubsequence("-accel", "kvm", "-cpu", "host", "-smp", "2", "-m", "1024M")
        .containsSubsequence("-kernel", "/k", "-initrd", "/i", "-append", "quiet")
        .contains("file,node-name=rootfs,filename=/a,,b,read-only=on")
        .contains("socket,id=fs,path=/run/s.sock")
        .contains("vhost-user-fs-pci,chardev=fs,queue-size=1024,tag=bench,modern-pio-notify=on");
  }

  @Test
  void theConsoleIsWhereTheArchitectureHasIt() {
    assertThat(command(Arch.ARM64).qemu()).isEqualTo("qemu-system-aarch64");
    assertThat(command(Arch.ARM64).qemuArguments())
        .containsSubsequence("-append", "quiet console=ttyAMA0")
        .contains("virtio-rng-pci");
  }

  @Test
  void virtiofsdServesTheSharedDirectory() {
    assertThat(command(Arch.AMD64).virtiofsdArguments())
        .contains("--socket-path=/run/s.sock", "--shared-dir=/shared", "--cache=auto");
  }
}
