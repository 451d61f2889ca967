"""Signs what is on standard input with the seed that is the first argument (RFC 8032, section 5.1.6).

Prints the public key and the signature in hexadecimal. For tests: nothing here is constant-time.
"""

import hashlib
import sys

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def compress(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def number(data):
    return int.from_bytes(hashlib.sha512(data).digest(), "little") % L


Y = 4 * pow(5, P - 2, P) % P
X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
BASE = (X, Y, 1, X * Y % P)

digest = hashlib.sha512(bytes.fromhex(sys.argv[1])).digest()
scalar = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | (1 << 254)
public = compress(times(scalar, BASE))
message = sys.stdin.buffer.read()
nonce = number(digest[32:] + message)
commitment = compress(times(nonce, BASE))
response = (nonce + number(commitment + public + message) * scalar) % L
print(public.hex(), (commitment + response.to_bytes(32, "little")).hex())
