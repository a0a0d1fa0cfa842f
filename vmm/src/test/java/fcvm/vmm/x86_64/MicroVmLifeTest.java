package fcvm.vmm.x86_64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.vmm.BootException;
import fcvm.vmm.DeviceSpec;
import fcvm.vmm.MicroVm;
import fcvm.vmm.Nesting;
import fcvm.vmm.VmConfig;
import fcvm.vmm.VmExit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The life of a microVM on `/dev/kvm`, from boot to close, and what is left of it: nothing.
@Timeout(60)
class MicroVmLifeTest {
  /// jmp $.
  private static final String SPIN = "ebfe";

  /// ud2, with no handler for it, nor for the fault of not having one.
  private static final String TRIPLE_FAULT = "0f0b";

  /// Enables the receive interrupt, returns what arrives, and powers off after 'q'.
  private static final String ECHO =
      "66baf903 b001 ee" // IER = 1
          + "66bafd03 ec a801 74f7" // until LSR has data
          + "66baf803 ec ee 3c71 75ed" // receive, send, again unless 'q'
          + "66ba0006 b034 ee ebfe"; // ACPI S5

  @TempDir Path dir;

  @BeforeAll
  static void needsKvm() {
    TinyGuests.assumeTheyRun();
  }

  private VmConfig config(
      String code, int vcpus, List<DeviceSpec.Drive> drives, DeviceSpec.@Nullable Vsock vsock)
      throws IOException {
    byte[] bytes = HexFormat.of().parseHex(code.replace(" ", ""));
    Path kernel = Files.write(dir.resolve("kernel"), KernelFile.vmlinux(true, bytes));
    return new VmConfig(
        new VmConfig.BootSource(kernel, null, ""),
        new VmConfig.Machine(vcpus, 16, Nesting.OFF, false),
        drives,
        List.of(),
        vsock,
        true);
  }

  private VmConfig config(String code) throws IOException {
    return config(code, 1, List.of(), null);
  }

  /// What a microVM could leave behind.
  private record Belongings(Set<String> descriptors, Set<String> threads) {
    static Belongings now() throws IOException {
      Set<String> descriptors = new TreeSet<>();
      try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
        for (Path fd : fds.toList()) {
          if (Files.exists(fd, LinkOption.NOFOLLOW_LINKS)) {
            descriptors.add(fd.getFileName() + " " + Files.readSymbolicLink(fd));
          }
        }
      }
      Set<String> threads =
          Thread.getAllStackTraces().keySet().stream()
              .map(Thread::getName)
              .filter(name -> name.matches("vcpu-.*|devices|serial|block .*"))
              .collect(Collectors.toSet());
      return new Belongings(descriptors, threads);
    }
  }

  @Test
  void serialInputComesBackByteForByte() throws Exception {
    byte[] input = new byte[6000];
    for (int i = 0; i < input.length - 1; i++) {
      byte b = (byte) (i * 7);
      input[i] = b == 'q' ? 0 : b;
    }
    input[input.length - 1] = 'q';
    ByteArrayOutputStream serial = new ByteArrayOutputStream();
    try (MicroVm vm = MicroVm.boot(config(ECHO), serial)) {
      vm.serialInput(input);
      assertThat(vm.await()).isEqualTo(new VmExit.PowerOff());
    }
    assertThat(serial.toByteArray()).isEqualTo(input);
  }

  @Test
  void stopEndsAGuestThatNeverExits() throws Exception {
    try (MicroVm vm = MicroVm.boot(config(SPIN, 4, List.of(), null), new ByteArrayOutputStream())) {
      vm.stop();
      assertThat(vm.await()).isEqualTo(new VmExit.Stopped());
      vm.stop();
    }
  }

  @Test
  void aTripleFaultIsACrashThatSaysWhere() throws Exception {
    try (MicroVm vm = MicroVm.boot(config(TRIPLE_FAULT), new ByteArrayOutputStream())) {
      assertThat(vm.await())
          .isInstanceOfSatisfying(
              VmExit.Crash.class, crash -> assertThat(crash.reason()).contains("vCPU 0", "rip 0x"));
    }
  }

  @Test
  void aStuckTerminalDoesNotHoldUpTheEnd() throws Exception {
    Object never = new Object();
    OutputStream stuck =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            synchronized (never) {
              try {
                while (true) {
                  never.wait();
                }
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
            }
          }
        };
    // mov dx,0x3f8; out dx,al; jmp back to the out.
    try (MicroVm vm = MicroVm.boot(config("66baf803 ee ebfd"), stuck)) {
      vm.stop();
      assertThat(vm.await()).isEqualTo(new VmExit.Stopped());
    }
  }

  @Test
  void closingReleasesEverythingOnceAndForAll() throws Exception {
    Path disk = Files.write(dir.resolve("disk"), new byte[4096]);
    Path socket = dir.resolve("v.sock");
    MicroVm.boot(config(SPIN), new ByteArrayOutputStream())
        .close(); // whatever stays the first time
    Belongings before = Belongings.now();
    MicroVm vm =
        MicroVm.boot(
            config(
                SPIN,
                2,
                List.of(new DeviceSpec.Drive("d", disk, true, false)),
                new DeviceSpec.Vsock(3, socket)),
            new ByteArrayOutputStream());
    assertThat(Belongings.now().threads())
        .contains("vcpu-0", "vcpu-1", "devices", "serial", "block d");
    assertThat(socket).exists();
    vm.close();
    assertThat(Belongings.now()).isEqualTo(before);
    assertThat(socket).doesNotExist();
    vm.close();
    vm.stop();
    vm.serialInput(new byte[10_000]);
    assertThat(vm.await()).isEqualTo(new VmExit.Stopped());
  }

  @Test
  void aBootThatFailsLeavesNothing() throws Exception {
    Path disk = Files.write(dir.resolve("disk"), new byte[4096]);
    Path none = dir.resolve("none");
    MicroVm.boot(config(SPIN), new ByteArrayOutputStream()).close();
    Belongings before = Belongings.now();
    List<DeviceSpec.Drive> drives =
        List.of(
            new DeviceSpec.Drive("a", disk, true, false),
            new DeviceSpec.Drive("b", none, false, false));
    assertThatThrownBy(
            () -> MicroVm.boot(config(SPIN, 2, drives, null), new ByteArrayOutputStream()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(none.toString());
    assertThat(Belongings.now()).isEqualTo(before);
    VmConfig kernelless =
        new VmConfig(
            new VmConfig.BootSource(none, null, ""),
            VmConfig.Machine.DEFAULT,
            List.of(),
            List.of(),
            null,
            false);
    assertThatThrownBy(() -> MicroVm.boot(kernelless, new ByteArrayOutputStream()))
        .isInstanceOf(BootException.class)
        .hasMessage("kernel " + none + " does not exist");
    assertThat(Belongings.now()).isEqualTo(before);
  }
}
