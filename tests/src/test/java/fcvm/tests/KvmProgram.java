package fcvm.tests;

import fcvm.linux.Arch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A Linux program of some forty instructions that uses KVM: opens `/dev/kvm` (step 1), asks for
/// its API version (2), makes a VM (3) and a vCPU (4). It ends with 0, or with the number of the
/// step that failed. It is static, so it needs nothing of the container that it runs in.
final class KvmProgram {
  private static final int OPENAT = 0;
  private static final int IOCTL = 1;
  private static final int EXIT_GROUP = 2;
  private static final int[] CALLS_ARM64 = {56, 29, 94};
  private static final int[] CALLS_AMD64 = {257, 16, 231};

  private static final int KVM_GET_API_VERSION = 0xae00;
  private static final int KVM_CREATE_VM = 0xae01;
  private static final int KVM_CREATE_VCPU = 0xae41;
  private static final int API_VERSION = 12;

  private static final long BASE = 0x400000;
  private static final int HEADERS = 64 + 56;
  private static final byte[] PATH = "/dev/kvm\0".getBytes(StandardCharsets.US_ASCII);

  private final ByteBuffer code = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
  private final List<Runnable> patches = new ArrayList<>();
  private int fail;
  private int path;

  private KvmProgram() {}

  /// The program's file.
  static byte[] of(Arch arch) {
    KvmProgram program = new KvmProgram();
    switch (arch) {
      case ARM64 -> program.arm64();
      case AMD64 -> program.amd64();
    }
    program.patches.forEach(Runnable::run);
    return program.elf(arch == Arch.ARM64 ? 183 : 62);
  }

  // x19: the descriptor; x21: the step.
  private void arm64() {
    step(1);
    code.putInt(0x92800c60); // mov x0, #-100: AT_FDCWD
    int adr = code.position();
    patches.add(() -> code.putInt(adr, 0x10000001 | ((path - adr) >> 2) << 5)); // adr x1, path
    code.putInt(0);
    movz(2, 2); // O_RDWR
    movz(3, 0);
    call(OPENAT);
    negativeFails();
    code.putInt(0xaa0003f3); // mov x19, x0
    step(2);
    ioctl(KVM_GET_API_VERSION);
    code.putInt(0xf100001f | API_VERSION << 10); // cmp x0, #12
    int branch = code.position();
    patches.add(() -> code.putInt(branch, 0x54000001 | ((fail - branch) >> 2) << 5)); // b.ne fail
    code.putInt(0);
    step(3);
    ioctl(KVM_CREATE_VM);
    negativeFails();
    code.putInt(0xaa0003f3); // mov x19, x0
    step(4);
    ioctl(KVM_CREATE_VCPU);
    negativeFails();
    movz(0, 0);
    call(EXIT_GROUP);
    fail = code.position();
    code.putInt(0xaa1503e0); // mov x0, x21
    call(EXIT_GROUP);
    path = code.position();
    code.put(PATH);
  }

  private void movz(int register, int value) {
    code.putInt(0xd2800000 | value << 5 | register);
  }

  private void step(int number) {
    movz(21, number);
  }

  private void call(int number) {
    movz(8, CALLS_ARM64[number]);
    code.putInt(0xd4000001); // svc #0
  }

  private void ioctl(int request) {
    code.putInt(0xaa1303e0); // mov x0, x19
    movz(1, request);
    movz(2, 0);
    call(IOCTL);
  }

  private void negativeFails() {
    int at = code.position();
    patches.add(() -> code.putInt(at, 0xb7f80000 | ((fail - at) >> 2) << 5)); // tbnz x0, #63, fail
    code.putInt(0);
  }

  // ebp: the descriptor; r12d: the step.
  private void amd64() {
    bytes(0x41, 0xbc).putInt(1); // mov r12d, 1
    bytes(0xbf).putInt(-100); // mov edi, AT_FDCWD
    bytes(0x48, 0x8d, 0x35); // lea rsi, [rip + path]
    int lea = code.position();
    patches.add(() -> code.putInt(lea, path - lea - 4));
    code.putInt(0);
    bytes(0xba).putInt(2); // mov edx, O_RDWR
    bytes(0x45, 0x31, 0xd2); // xor r10d, r10d
    syscall(OPENAT);
    bytes(0x85, 0xc0); // test eax, eax
    jump(0x88); // js fail
    bytes(0x89, 0xc5); // mov ebp, eax
    ioctl(2, KVM_GET_API_VERSION);
    bytes(0x83, 0xf8, API_VERSION); // cmp eax, 12
    jump(0x85); // jne fail
    ioctl(3, KVM_CREATE_VM);
    bytes(0x85, 0xc0);
    jump(0x88);
    bytes(0x89, 0xc5);
    ioctl(4, KVM_CREATE_VCPU);
    bytes(0x85, 0xc0);
    jump(0x88);
    bytes(0x31, 0xff); // xor edi, edi
    syscall(EXIT_GROUP);
    fail = code.position();
    bytes(0x44, 0x89, 0xe7); // mov edi, r12d
    syscall(EXIT_GROUP);
    path = code.position();
    code.put(PATH);
  }

  private ByteBuffer bytes(int... values) {
    for (int value : values) {
      code.put((byte) value);
    }
    return code;
  }

  private void ioctl(int step, int request) {
    bytes(0x41, 0xbc).putInt(step); // mov r12d, step
    bytes(0x89, 0xef); // mov edi, ebp
    bytes(0xbe).putInt(request); // mov esi, request
    bytes(0x31, 0xd2); // xor edx, edx
    syscall(IOCTL);
  }

  private void syscall(int number) {
    bytes(0xb8).putInt(CALLS_AMD64[number]); // mov eax, number
    bytes(0x0f, 0x05);
  }

  private void jump(int condition) {
    bytes(0x0f, condition);
    int at = code.position();
    patches.add(() -> code.putInt(at, fail - at - 4));
    code.putInt(0);
  }

  // One segment, the whole file, readable and executable (elf(5)).
  private byte[] elf(int machine) {
    int size = HEADERS + code.position();
    ByteBuffer elf = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
    elf.putShort((short) 2).putShort((short) machine).putInt(1);
    elf.putLong(BASE + HEADERS).putLong(64).putLong(0).putInt(0);
    elf.putShort((short) 64).putShort((short) 56).putShort((short) 1);
    elf.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    elf.putInt(1).putInt(5).putLong(0).putLong(BASE).putLong(BASE).putLong(size).putLong(size);
    elf.putLong(0x1000);
    return elf.put(code.flip()).array();
  }
}
