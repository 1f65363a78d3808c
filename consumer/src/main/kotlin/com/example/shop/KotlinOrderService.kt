package com.example.shop

import dev.distributedlock.LockContext
import dev.distributedlock.annotation.DistributedLock
import dev.distributedlock.annotation.TryLock
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import org.springframework.stereotype.Service

data class Cart(val id: String, val customer: Customer?)

data class Customer(val number: Long)

@Service
class KotlinOrderService {

	@DistributedLock(name = "carts", key = "#cart.id")
	fun checkOut(cart: Cart): Long = LockContext.current().token()

	@DistributedLock(name = "customers", key = "#cart.customer.number", waitTime = "0")
	fun remind(cart: Cart): Long = LockContext.current().token()

	@TryLock(name = "carts", key = "#cart.id")
	fun tryCheckOut(cart: Cart): Long? = LockContext.current().token()

	@DistributedLock(name = "carts", key = "#cart.id", waitTime = "0")
	suspend fun checkOutLater(cart: Cart, payment: suspend () -> String): String {
		val token = LockContext.current().token()
		// Goes on in another thread.
		delay(1)
		val paid = payment()
		check(LockContext.current().token() == token)
		return paid
	}

	@DistributedLock(name = "carts", key = "#cart.id", waitTime = "0")
	fun lines(cart: Cart): Flow<String> = flow {
		emit("first of ${cart.id}")
		delay(1)
		emit("last of ${cart.id}")
	}

}
