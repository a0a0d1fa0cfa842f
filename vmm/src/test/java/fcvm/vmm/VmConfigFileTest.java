package fcvm.vmm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.fuse.FuseOptions;
import fcvm.linux.MacAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VmConfigFileTest {
  private static final String BOOT = "\"boot-source\": {\"kernel_image_path\": \"k\"}";

  private static VmConfig parse(String json) throws ConfigException {
    return VmConfigFile.parse(json.getBytes(UTF_8));
  }

  @Test
  void readsEverySection() throws ConfigException {
    VmConfig config =
        parse(
            """
            {
              "boot-source": {
                "kernel_image_path": "/boot/vmlinux",
                "initrd_path": "/boot/initrd",
                "boot_args": "console=ttyS0"
              },
              "drives": [
                {"drive_id": "data", "path_on_host": "/d", "is_root_device": false},
                {"drive_id": "rootfs", "path_on_host": "/r", "is_root_device": true,
                 "is_read_only": true, "cache_type": "Unsafe", "rate_limiter": null}
              ],
              "machine-config": {"vcpu_count": 4, "mem_size_mib": 512, "smt": false},
              "filesystems": [
                {"tag": "src", "path_on_host": "/s"},
                {"tag": "ro", "path_on_host": "/r", "is_read_only": true,
                 "attribute_timeout_ms": 0, "entry_timeout_ms": 250, "writeback_cache": true}
              ],
              "vsock": {"guest_cid": 3, "uds_path": "/v"},
              "entropy": {},
              "network-interfaces": [
                {"iface_id": "eth0", "host_dev_name": "tap0", "guest_mac": "06:00:AC:10:00:02"},
                {"iface_id": "eth1", "host_dev_name": "tap1", "mtu": 9000, "rx_rate_limiter": null}
              ],
              "balloon": null
            }
            """);
    assertThat(config.bootSource())
        .isEqualTo(
            new VmConfig.BootSource(
                Path.of("/boot/vmlinux"), Path.of("/boot/initrd"), "console=ttyS0"));
    assertThat(config.machine()).isEqualTo(new VmConfig.Machine(4, 512, Nesting.OFF, false));
    assertThat(config.devices())
        .as("the root drive is vda")
        .containsExactly(
            new DeviceSpec.Drive("rootfs", Path.of("/r"), true, true),
            new DeviceSpec.Drive("data", Path.of("/d"), false, false),
            new DeviceSpec.Network(
                "eth0",
                MacAddress.parse("06:00:ac:10:00:02"),
                0,
                new DeviceSpec.Network.Link.HostDevice("tap0")),
            new DeviceSpec.Network(
                "eth1", Optional.empty(), 9000, new DeviceSpec.Network.Link.HostDevice("tap1")),
            new DeviceSpec.FileSystem("src", Path.of("/s"), FuseOptions.DEFAULT),
            new DeviceSpec.FileSystem(
                "ro",
                Path.of("/r"),
                new FuseOptions(true, Duration.ZERO, Duration.ofMillis(250), true)),
            new DeviceSpec.Vsock(3, Path.of("/v")),
            new DeviceSpec.Entropy());
    assertThat(config.cmdline()).isEqualTo("console=ttyS0 root=/dev/vda ro");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"true, VHE", "\"vhe\", VHE", "\"nvhe\", NVHE", "false, OFF", "null, OFF"})
  void aGuestCanBeAskedToBeAHypervisor(String value, Nesting expected) throws ConfigException {
    VmConfig config =
        parse(
            "{%s, \"machine-config\": {\"vcpu_count\": 1, \"mem_size_mib\": 1, \"enable_nv2\": %s}}"
                .formatted(BOOT, value));
    assertThat(config.machine().nesting()).isEqualTo(expected);
  }

  @Test
  void hasFirecrackersDefaults() throws ConfigException {
    VmConfig config = parse("{" + BOOT + "}");
    assertThat(config.machine()).isEqualTo(new VmConfig.Machine(1, 128, Nesting.OFF, false));
    assertThat(config.devices()).isEmpty();
    assertThat(config.cmdline()).isEqualTo(VmConfig.BootSource.DEFAULT_BOOT_ARGS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          quiet          | quiet root=/dev/vda rw
          root=/dev/vdb  | root=/dev/vdb
          a root=x b     | a root=x b
          quiet -- init  | quiet root=/dev/vda rw -- init
          quiet --       | quiet root=/dev/vda rw --
          noroot=x       | noroot=x root=/dev/vda rw
          """)
  void aRootDriveIsOnTheCommandLine(String args, String expected) throws ConfigException {
    VmConfig config =
        parse(
            """
            {"boot-source": {"kernel_image_path": "k", "boot_args": "%s"},
             "drives": [{"drive_id": "r", "path_on_host": "r", "is_root_device": true}]}
            """
                .formatted(args));
    assertThat(config.cmdline()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []                                                | configuration: expected an object, not an array
          {}                                                | configuration: missing key 'boot-source'
          {B, "drive": []}                                  | configuration: unknown key 'drive'
          {"boot-source": {}}                               | boot-source: missing key 'kernel_image_path'
          {"boot-source": {"kernel_image_path": ""}}        | boot-source: kernel_image_path: must not be empty
          {"boot-source": {"kernel_image_path": "a\\u0000"}} | boot-source: kernel_image_path: must not contain a zero
          {"boot-source": {"kernel_image_path": 1}}         | expected a string, not 1
          {"boot-source": {"kernel_image_path": "k", "x":1}}| boot-source: unknown key 'x', expected one of kernel_image_path
          {B, "machine-config": {}}                         | machine-config: missing key 'vcpu_count'
          {B, "machine-config": {"vcpu_count": 33, "mem_size_mib": 1}} | machine-config: vcpu_count: expected a number from 1 to 32, not 33
          {B, "machine-config": {"vcpu_count": 0, "mem_size_mib": 1}} | machine-config: vcpu_count: expected a number from 1 to 32, not 0
          {B, "machine-config": {"vcpu_count": 1.5, "mem_size_mib": 1}} | vcpu_count: expected a number from 1 to 32, not 1.5
          {B, "machine-config": {"vcpu_count": 1, "mem_size_mib": 0}} | mem_size_mib: expected a number
          {B, "machine-config": {"vcpu_count": 1, "mem_size_mib": 99999999999999999999}} | mem_size_mib: expected a number
          {B, "machine-config": {"vcpu_count": 1, "mem_size_mib": 1, "smt": true}} | machine-config: smt: is not supported yet: only [false] is
          {B, "drives": {}}                                 | drives: expected an array, not an object
          {B, "drives": [3]}                                | drives[0]: expected an object, not 3
          {B, "drives": [{"drive_id": "a-b"}]}              | drives[0]: drive_id: must be letters
          {B, "drives": [{"drive_id": "a", "path_on_host": "p"}]} | drives[0]: missing key 'is_root_device'
          {B, "drives": [{"drive_id": "a", "path_on_host": "p", "is_root_device": 1}]} | is_root_device: expected true or false, not 1
          {B, "drives": [{"drive_id": "a", "path_on_host": "p", "is_root_device": false, "io_engine": "Async"}]} | io_engine: is not supported yet
          {B, "filesystems": [{"path_on_host": "p"}]}       | filesystems[0]: missing key 'tag'
          {B, "filesystems": [{"tag": "", "path_on_host": "p"}]} | filesystems[0]: tag: must have 1 to 36 bytes, not 0
          {B, "filesystems": [{"tag": "1234567890123456789012345678901234567", "path_on_host": "p"}]} | tag: must have 1 to 36 bytes, not 37
          {B, "filesystems": [{"tag": "t", "path_on_host": "p"}, {"tag": "t", "path_on_host": "q"}]} | filesystems[1]: tag: 't' is another file system's
          {B, "filesystems": [{"tag": "t", "path_on_host": "p", "entry_timeout_ms": -1}]} | entry_timeout_ms: expected a number from 0
          {B, "vsock": {"guest_cid": 2, "uds_path": "p"}}   | vsock: guest_cid: expected a number from 3 to
          {B, "entropy": {"rate": 1}}                       | entropy: unknown key 'rate'
          {B, "network-interfaces": [{}]}                   | network-interfaces[0]: missing key 'iface_id'
          {B, "network-interfaces": [{"iface_id": "e"}]}    | network-interfaces[0]: missing key 'host_dev_name'
          {B, "network-interfaces": [{"iface_id": "e", "host_dev_name": "0123456789abcdef"}]} | host_dev_name: must have 1 to 15 bytes
          {B, "network-interfaces": [{"iface_id": "e", "host_dev_name": "t", "guest_mac": "01:00:00:00:00:00"}]} | guest_mac: must be the address of one machine
          {B, "network-interfaces": [{"iface_id": "e", "host_dev_name": "t", "mtu": 67}]} | mtu: expected a number from 68 to 65535
          {B, "network-interfaces": [{"iface_id": "e", "host_dev_name": "t"}, {"iface_id": "e", "host_dev_name": "u"}]} | network-interfaces[1]: iface_id: 'e' is another interface's
          {B, "network-interfaces": [{"iface_id": "e", "host_dev_name": "t", "tx_rate_limiter": {}}]} | tx_rate_limiter: is not supported yet
          {B, "balloon": {}}                                | configuration: balloon: is not supported yet
          {B, B}                                            | is not JSON: Duplicate
          {B                                                | is not JSON
          """)
  void saysWhatIsWrong(String json, String message) {
    assertThatThrownBy(() -> parse(json.replace("B,", BOOT + ",").replaceAll("B(?=}|$)", BOOT)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void twoDrivesNeitherShareAnIdNorTheRoot() {
    String drive = "{\"drive_id\": \"%s\", \"path_on_host\": \"p\", \"is_root_device\": true}";
    String both = "{" + BOOT + ", \"drives\": [" + drive + "," + drive + "]}";
    assertThatThrownBy(() -> parse(both.formatted("a", "a")))
        .hasMessage("drives[1]: drive_id: 'a' is another drive's");
    assertThatThrownBy(() -> parse(both.formatted("a", "b")))
        .hasMessage("drives[1]: is_root_device: a root block device already exists");
  }

  @Test
  void namesTheFileAndBoundsIt(@TempDir Path dir) throws Exception {
    assertThatThrownBy(() -> VmConfigFile.read(dir.resolve("none")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(dir.resolve("none") + ": no such file");
    Path large = dir.resolve("large");
    Files.write(large, new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> VmConfigFile.read(large))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is larger than");
    assertThatThrownBy(() -> VmConfigFile.read(dir)).isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> VmConfigFile.read(Path.of("/dev/zero")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is larger than");
  }

  @Property
  void anyBytesAreAConfigOrAConfigException(@ForAll byte[] bytes) {
    try {
      VmConfigFile.parse(bytes);
    } catch (ConfigException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }
}
