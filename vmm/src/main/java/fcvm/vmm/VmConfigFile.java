package fcvm.vmm;

import fcvm.vmm.VmConfig.BootSource;
import fcvm.vmm.VmConfig.Machine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.jr.ob.JSON;

/// Reads a [VmConfig] from a JSON file in Firecracker's format (`--config-file`). Sections and keys
/// that Firecracker has and fcvm does not have yet are errors, unless they say what is the case
/// anyway; `filesystems` is a section of our own. Relative paths are relative to the working
/// directory, as Firecracker's are.
public final class VmConfigFile {
  static final String TOP_LEVEL = "configuration";

  private static final int MAX_SIZE = 1 << 20;

  private static final JSON PARSER =
      JSON.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .build();

  private VmConfigFile() {}

  /// Reads a file of up to 1 MiB.
  ///
  /// @throws ConfigException if it cannot be read or says something that cannot be; the message
  ///   begins with the file's path
  public static VmConfig read(Path file) throws ConfigException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] json = in.readNBytes(MAX_SIZE + 1);
      if (json.length > MAX_SIZE) {
        throw new ConfigException("is larger than " + MAX_SIZE + " bytes");
      }
      return parse(json);
    } catch (ConfigException e) {
      throw new ConfigException(file + ": " + e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new ConfigException(file + ": no such file", e);
    } catch (IOException e) {
      throw new ConfigException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /// Reads a configuration from the bytes of its file.
  public static VmConfig parse(byte[] json) throws ConfigException {
    Object document;
    try {
      document = PARSER.anyFrom(json);
    } catch (JacksonException e) {
      throw new ConfigException("is not JSON: " + e.getOriginalMessage() + where(e), e);
    }
    ConfigSection top = ConfigSection.of(TOP_LEVEL, document);
    ConfigSection boot = top.section("boot-source");
    if (boot == null) {
      throw new ConfigException(TOP_LEVEL + ": missing key 'boot-source'");
    }
    VmConfig config =
        new VmConfig(
            bootSource(boot),
            machine(top.section("machine-config")),
            drives(top.sections("drives")),
            NetworkSections.read(top.sections("network-interfaces")),
            FileSystemSections.read(top.sections("filesystems")),
            vsock(top.section("vsock")),
            entropy(top.section("entropy")));
    for (String section : List.of("balloon", "cpu-config", "pmem")) {
      top.unsupported(section);
    }
    for (String section : List.of("logger", "metrics", "mmds-config", "memory-hotplug")) {
      top.unsupported(section);
    }
    top.end();
    return config;
  }

  private static String where(JacksonException e) {
    return e.getLocation() == null
        ? ""
        : " at line " + e.getLocation().getLineNr() + " column " + e.getLocation().getColumnNr();
  }

  private static BootSource bootSource(ConfigSection section) throws ConfigException {
    Path kernel = path(section, "kernel_image_path", section.string("kernel_image_path"));
    String initrd = section.optionalString("initrd_path");
    String bootArgs = section.optionalString("boot_args");
    section.end();
    return new BootSource(
        kernel,
        initrd == null ? null : path(section, "initrd_path", initrd),
        Objects.requireNonNullElse(bootArgs, BootSource.DEFAULT_BOOT_ARGS));
  }

  private static Machine machine(@Nullable ConfigSection section) throws ConfigException {
    if (section == null) {
      return Machine.DEFAULT;
    }
    int vcpus = (int) section.number("vcpu_count", 1, Machine.MAX_VCPUS);
    int memMib = (int) section.number("mem_size_mib", 1, Integer.MAX_VALUE);
    section.only("smt", false);
    section.only("track_dirty_pages", false);
    section.only("huge_pages", "None");
    section.only("cpu_template", "None");
    Nesting nesting = nesting(section);
    section.end();
    return new Machine(vcpus, memMib, nesting, false);
  }

  private static Nesting nesting(ConfigSection section) throws ConfigException {
    String key = "enable_nv2";
    if (!section.isString(key)) {
      return section.bool(key, false) ? Nesting.VHE : Nesting.OFF;
    }
    String mode = section.string(key);
    return Nesting.of(mode)
        .orElseThrow(() ->
            section.invalid(
                key, "true, false, \"vhe\" or \"nvhe\", not the string \"" + mode + "\""));
  }

  private static List<DeviceSpec.Drive> drives(List<ConfigSection> sections)
      throws ConfigException {
    List<DeviceSpec.Drive> drives = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (ConfigSection section : sections) {
      DeviceSpec.Drive drive = drive(section);
      if (!ids.add(drive.id())) {
        throw section.invalid("drive_id", "'" + drive.id() + "' is another drive's");
      }
      if (drive.rootDevice() && drives.stream().anyMatch(DeviceSpec.Drive::rootDevice)) {
        throw section.invalid("is_root_device", "a root block device already exists");
      }
      drives.add(drive);
    }
    return drives;
  }

  private static DeviceSpec.Drive drive(ConfigSection section) throws ConfigException {
    String id = section.string("drive_id");
    if (!id.matches("[A-Za-z0-9_]+")) {
      throw section.invalid(
          "drive_id", "must be letters, digits and underscores, not '" + id + "'");
    }
    Path path = path(section, "path_on_host", section.string("path_on_host"));
    boolean rootDevice = section.bool("is_root_device");
    boolean readOnly = section.bool("is_read_only", false);
    // Both caching modes are as safe here as the safer one: a flush always reaches the disk.
    section.only("cache_type", "Unsafe", "Writeback");
    section.only("io_engine", "Sync");
    section.only("partuuid");
    section.only("rate_limiter");
    section.only("socket");
    section.end();
    return new DeviceSpec.Drive(id, path, rootDevice, readOnly);
  }

  private static DeviceSpec.@Nullable Vsock vsock(@Nullable ConfigSection section)
      throws ConfigException {
    if (section == null) {
      return null;
    }
    long cid =
        section.number("guest_cid", DeviceSpec.Vsock.MIN_GUEST_CID, DeviceSpec.Vsock.MAX_GUEST_CID);
    Path udsPath = path(section, "uds_path", section.string("uds_path"));
    section.optionalString("vsock_id"); // deprecated, without a meaning
    section.end();
    return new DeviceSpec.Vsock(cid, udsPath);
  }

  private static boolean entropy(@Nullable ConfigSection section) throws ConfigException {
    if (section == null) {
      return false;
    }
    section.only("rate_limiter");
    section.end();
    return true;
  }

  static Path path(ConfigSection section, String key, String value) throws ConfigException {
    if (value.isEmpty()) {
      throw section.invalid(key, "must not be empty");
    }
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw section.invalid(key, String.valueOf(e.getMessage()));
    }
  }
}
